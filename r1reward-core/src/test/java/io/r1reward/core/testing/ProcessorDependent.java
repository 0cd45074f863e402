package io.r1reward.core.testing;

import io.r1reward.core.machine.Processor;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Tests of kernels, which the build runs once as the machine is, and once more in a JVM of its own
 * for every narrower instruction set that the native libraries can be limited to.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("processor")
@ExtendWith(ProcessorDependent.Narrower.class)
public @interface ProcessorDependent {

  /** Lets a limited JVM run the tests where the machine has more than the limit leaves. */
  final class Narrower implements ExecutionCondition {
    private static final List<String> WIDENING =
        List.of("SSE41", "AVX2", "AVX512_CORE", "AVX512_CORE_BF16", "AVX512_CORE_AMX");

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      String limit = System.getProperty("r1reward.instruction-set");
      if (limit == null) {
        return ConditionEvaluationResult.enabled("as the machine is");
      }
      String own = Processor.current().instructionSet().replaceFirst(",.*", "");
      return WIDENING.indexOf(limit) < WIDENING.indexOf(own)
          ? ConditionEvaluationResult.enabled(own + " limited to " + limit)
          : ConditionEvaluationResult.disabled("not narrower than this machine's " + own);
    }
  }
}
