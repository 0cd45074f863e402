package io.r1reward.spark;

import io.r1reward.InvalidInputException;
import picocli.CommandLine;

/** How the jobs of this module are called by {@code spark-submit}, and how they fail. */
final class JobLine {
  private JobLine() {}

  /**
   * A command line whose options may be given again, the last one counting; wrong input is told in
   * one line.
   *
   * @param name of the job, for that line
   */
  static CommandLine of(Object job, String name) {
    return new CommandLine(job)
        .setOverwrittenOptionsAllowed(true)
        .setExecutionExceptionHandler(
            (failure, program, parsed) -> {
              if (!(failure instanceof InvalidInputException)) {
                throw failure;
              }
              program.getErr().println(name + ": " + failure.getMessage());
              return program.getCommandSpec().exitCodeOnInvalidInput();
            });
  }

  /** Runs a job, and ends the process where it failed: Spark takes any other exit for a failure. */
  static void run(CommandLine job, String[] arguments) {
    int code = job.execute(arguments);
    if (code != 0) {
      System.exit(code);
    }
  }
}
