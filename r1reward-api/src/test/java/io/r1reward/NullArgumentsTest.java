package io.r1reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.r1reward.spi.ModelSettings;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Calls whatever a user can call with null for one argument after the other. */
class NullArgumentsTest {

  private static final Voting VOTING = Voting.single();
  private static final PreferencePair PAIR =
      PreferencePair.builder().question("q").first("a").second("b").build();
  private static final Judgement JUDGEMENT =
      new Judgement(
          Preferred.FIRST,
          Order.GIVEN,
          "",
          "",
          List.of(1),
          0,
          OptionalDouble.empty(),
          FinishReason.STOP,
          true);

  private static final Map<Class<?>, Object> VALUES =
      Map.ofEntries(
          Map.entry(int.class, 1),
          Map.entry(long.class, 1L),
          Map.entry(double.class, 1.0),
          Map.entry(boolean.class, true),
          Map.entry(Integer.class, 784),
          Map.entry(Double.class, 1.0),
          Map.entry(String.class, "data:,1"),
          Map.entry(Object.class, "anything"),
          Map.entry(InvalidInputException.class, new InvalidInputException("wrong")),
          Map.entry(byte[].class, new byte[1]),
          Map.entry(Path.class, Path.of("file")),
          Map.entry(URI.class, URI.create("data:,x")),
          Map.entry(InputStream.class, new ByteArrayInputStream(new byte[1])),
          Map.entry(BufferedImage.class, new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB)),
          Map.entry(Duration.class, Duration.ofSeconds(1)),
          Map.entry(Executor.class, (Executor) Runnable::run),
          Map.entry(OptionalDouble.class, OptionalDouble.empty()),
          Map.entry(MediaFetcher.class, (MediaFetcher) uri -> InputStream.nullInputStream()),
          Map.entry(ModelListener.class, new ModelListener() {}),
          Map.entry(ReasoningListener.class, (ReasoningListener) (sample, order, text) -> {}),
          Map.entry(Media.class, Image.of(Path.of("file"))),
          Map.entry(Image.class, Image.of(Path.of("file"))),
          Map.entry(Video.class, Video.of(List.of(Image.of(Path.of("file"))))),
          Map.entry(Voting.class, VOTING),
          Map.entry(Sampling.class, Sampling.defaults()),
          Map.entry(PreferencePair.class, PAIR),
          Map.entry(ScoreRequest.class, ScoreRequest.of(PAIR)),
          Map.entry(RankRequest.class, RankRequest.builder("q", List.of("1")).build()),
          Map.entry(RankRequest.Builder.class, RankRequest.builder("q", List.of("1"))),
          Map.entry(RankingListener.class, (RankingListener) (comparison, done, all) -> {}),
          Map.entry(RatingRequest.class, RatingRequest.builder("q", "r").build()),
          Map.entry(RatingRequest.Builder.class, RatingRequest.builder("q", "r")),
          Map.entry(
              Rating.Sample.class,
              new Rating.Sample(OptionalDouble.empty(), "", 0, FinishReason.STOP)),
          Map.entry(Judgement.class, JUDGEMENT),
          Map.entry(PreferenceScore.class, PreferenceScore.of(1, List.of(JUDGEMENT))),
          Map.entry(
              Ranking.Comparison.class,
              new Ranking.Comparison(0, 1, PreferenceScore.of(1, List.of(JUDGEMENT)))),
          Map.entry(ModelSettings.class, ModelSettings.builder().build()),
          Map.entry(RewardModel.class, FakeModel.ofNumbers()),
          Map.entry(ModelSettings.Builder.class, ModelSettings.builder()),
          Map.entry(RewardModel.Builder.class, RewardModel.builder()),
          Map.entry(PreferencePair.Builder.class, PreferencePair.builder()),
          Map.entry(Sampling.Builder.class, Sampling.builder()),
          Map.entry(ScoreRequest.Builder.class, ScoreRequest.builder(PAIR)));

  @TestFactory
  Stream<DynamicTest> null_is_refused_by_the_name_of_the_argument() {
    return calls()
        .flatMap(
            call ->
                Stream.of(call.getParameters())
                    .filter(NullArgumentsTest::mustBeGiven)
                    .map(wanted -> refusal(call, wanted, null, "null")));
  }

  @TestFactory
  Stream<DynamicTest> a_list_or_map_with_null_in_it_is_refused_by_the_name_of_the_argument() {
    return calls()
        .flatMap(
            call ->
                Stream.of(call.getParameters())
                    .filter(p -> p.getType() == List.class || p.getType() == Map.class)
                    .map(wanted -> refusal(call, wanted, holdingNull(wanted), "with null in it")));
  }

  @Test
  void all_of_the_api_is_called() {
    assertThat(calls().map(Executable::toString))
        .hasSizeGreaterThan(60)
        .anySatisfy(call -> assertThat(call).contains("RewardModel.submitAsync("))
        .anySatisfy(call -> assertThat(call).contains("Image.ofDataUri("))
        .anySatisfy(call -> assertThat(call).contains("Providers.load("))
        .anySatisfy(call -> assertThat(call).contains("Sampling$Builder.stopStrings("))
        .anySatisfy(call -> assertThat(call).contains("public io.r1reward.Judgement("));
  }

  private static DynamicTest refusal(
      Executable call, Parameter wanted, @Nullable Object value, String what) {
    return dynamicTest(
        call.toGenericString() + ": " + wanted.getName() + " " + what,
        () -> {
          List<@Nullable Object> arguments = new ArrayList<>();
          for (Parameter parameter : call.getParameters()) {
            arguments.add(
                parameter.equals(wanted) ? value : sample(parameter.getParameterizedType()));
          }
          Throwable thrown = failure(call, arguments.toArray());
          assertThat(thrown).isInstanceOf(InvalidInputException.class);
          // a builder's parameter may be a plain "value": then the method has the name
          assertThat(thrown.getMessage())
              .endsWith("must not be null")
              .containsAnyOf(wanted.getName(), call.getName());
        });
  }

  private static @Nullable Throwable failure(Executable call, Object[] arguments) {
    try {
      if (call instanceof Constructor<?> constructor) {
        constructor.newInstance(arguments);
      } else {
        Method method = (Method) call;
        method.invoke(VALUES.get(method.getDeclaringClass()), arguments);
      }
      return null;
    } catch (InvocationTargetException e) {
      return e.getCause();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  /** Public constructors, static factories, methods of builders and the model's own methods. */
  private static Stream<Executable> calls() {
    return PublicApi.classes().stream()
        .filter(type -> !Throwable.class.isAssignableFrom(type) && !type.isEnum())
        .flatMap(
            type ->
                Stream.<Executable>concat(
                    Stream.of(type.getConstructors()),
                    Stream.of(type.getDeclaredMethods()).filter(method -> isCalled(type, method))))
        .filter(call -> call.getParameterCount() > 0);
  }

  private static boolean isCalled(Class<?> type, Method method) {
    boolean onModelOrBuilder = type == RewardModel.class || type.getSimpleName().equals("Builder");
    return Modifier.isPublic(method.getModifiers())
        && !Modifier.isAbstract(method.getModifiers())
        && !method.isSynthetic()
        && (Modifier.isStatic(method.getModifiers()) || onModelOrBuilder);
  }

  private static boolean mustBeGiven(Parameter parameter) {
    return !parameter.getType().isPrimitive()
        && !parameter.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  private static Object holdingNull(Parameter parameter) {
    return parameter.getType() == Map.class
        ? Collections.singletonMap("name", null)
        : Arrays.asList(((List<?>) sample(parameter.getParameterizedType())).get(0), null);
  }

  private static Object sample(Type type) {
    if (type instanceof WildcardType wildcard) {
      return sample(wildcard.getUpperBounds()[0]);
    }
    if (type instanceof TypeVariable<?> variable) {
      return sample(variable.getBounds()[0]);
    }
    if (type instanceof ParameterizedType generic) {
      if (generic.getRawType() == Function.class) {
        return (Function<Object, Object>) item -> ScoreRequest.of(PAIR);
      }
      if (generic.getRawType() == Optional.class) {
        return Optional.empty();
      }
      return generic.getRawType() == Map.class
          ? Map.of("name", "value")
          : List.of(sample(generic.getActualTypeArguments()[0]));
    }
    Class<?> plain = (Class<?>) type;
    Object value = plain.isEnum() ? plain.getEnumConstants()[0] : VALUES.get(plain);
    assertThat(value).as("value of %s", type).isNotNull();
    return value;
  }
}
