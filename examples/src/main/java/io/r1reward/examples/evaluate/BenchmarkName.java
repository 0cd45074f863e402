package io.r1reward.examples.evaluate;

import io.r1reward.train.benchmark.Benchmark;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a benchmark's name as the command line has it. */
final class BenchmarkName implements ITypeConverter<Benchmark> {

  @Override
  public Benchmark convert(String value) {
    return Arrays.stream(Benchmark.values())
        .filter(benchmark -> ReportText.name(benchmark).equalsIgnoreCase(value))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "must be one of "
                        + Arrays.stream(Benchmark.values())
                            .map(ReportText::name)
                            .collect(Collectors.joining(", "))
                        + ", got "
                        + value));
  }
}
