package io.r1reward.examples;

import io.r1reward.CancelledException;
import io.r1reward.CheckpointException;
import io.r1reward.InvalidInputException;
import io.r1reward.RewardModelException;
import io.r1reward.core.machine.FileNames;
import io.r1reward.examples.bench.BenchCommand;
import io.r1reward.examples.cascade.CascadeCommand;
import io.r1reward.examples.compare.CompareCommand;
import io.r1reward.examples.data.DataCommand;
import io.r1reward.examples.evaluate.EvaluateCommand;
import io.r1reward.examples.gpu.GpuLibrariesCommand;
import io.r1reward.examples.scenes.ScenesCommand;
import io.r1reward.examples.score.ScoreCommand;
import io.r1reward.examples.train.AblationCommand;
import io.r1reward.examples.train.DifficultyCommand;
import io.r1reward.examples.train.TrainCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The programs of this module behind one command line. */
@Command(
    name = "r1reward-examples",
    description = "Judges which of two responses to a multimodal question is better.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      Quickstart.class,
      DownloadCommand.class,
      ScoreCommand.class,
      ExportOnnx.class,
      CompareCommand.class,
      CascadeCommand.class,
      EvaluateCommand.class,
      ScenesCommand.class,
      DataCommand.class,
      BenchCommand.class,
      DoctorCommand.class,
      GpuLibrariesCommand.class,
      TrainCommand.class,
      DifficultyCommand.class,
      AblationCommand.class
    })
public final class Main implements Callable<Integer> {

  @Spec private CommandSpec spec;

  /** Runs a program, and exits by the rule of {@link ExitCodes}. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** Makes the command line, for {@link #main} and for tests. */
  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Main());
    commandLine.getSubcommands().values().forEach(Main::style);
    style(commandLine);
    return commandLine
        .registerConverter(Path.class, Main::path)
        .setExecutionExceptionHandler(failures())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true);
  }

  /** Options stand in the order of their fields, with those for help last, then the exit codes. */
  private static void style(CommandLine program) {
    program.getCommandSpec().mixinStandardHelpOptions(false).mixinStandardHelpOptions(true);
    program
        .getCommandSpec()
        .usageMessage()
        .sortOptions(false)
        .sortSynopsis(false)
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(ExitCodes.RULE);
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new TypeConversionException(FileNames.refusal(text, e));
    }
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "a command is required");
  }

  /**
   * What a user can put right is told in one line; what is a fault of the program, with a trace.
   */
  private static IExecutionExceptionHandler failures() {
    return (failure, commandLine, parsed) -> {
      if (failure instanceof InterruptedException || failure instanceof CancelledException) {
        commandLine.getErr().println(commandLine.getCommandName() + ": interrupted");
        return ExitCodes.INTERRUPTED;
      }
      boolean usage =
          failure instanceof UsageException
              || failure instanceof InvalidInputException
              || failure instanceof CheckpointException;
      if (usage || failure instanceof RewardModelException) {
        commandLine.getErr().println(commandLine.getCommandName() + ": " + failure.getMessage());
      } else if (failure instanceof IOException || failure instanceof UncheckedIOException) {
        commandLine.getErr().println(commandLine.getCommandName() + ": " + failure);
      } else {
        failure.printStackTrace(commandLine.getErr());
      }
      return usage ? ExitCodes.WRONG : ExitCodes.FAILED;
    };
  }
}
