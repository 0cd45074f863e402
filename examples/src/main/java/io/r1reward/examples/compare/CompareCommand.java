package io.r1reward.examples.compare;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.Preferred;
import io.r1reward.RewardModel;
import io.r1reward.examples.TextTable;
import io.r1reward.examples.UsageException;
import io.r1reward.examples.score.PairFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compares engines and exports of one checkpoint on the same pairs. */
@Command(
    name = "compare",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Judges the same pairs greedily with a reference and with other engines, formats or exports"
          + " of the same checkpoint, and tells how far they agree.",
      "Columns: share of pairs with the reference's verdict and with its whole text; accuracy"
          + " against the labels (field preferred, or chosen and rejected); mean and largest"
          + " difference of soft scores; mean and largest difference of the log-probabilities of"
          + " all tokens at the answer's place behind the reference's text; pairs a second."
    })
public final class CompareCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--reference",
      required = true,
      paramLabel = "DIR",
      description = "Checkpoint or export that the others are compared with.")
  private Path reference;

  @Option(
      names = "--reference-dtype",
      paramLabel = "auto|float32|bfloat16",
      defaultValue = "auto",
      description =
          "Number format of the reference: auto takes the checkpoint's; default"
              + " ${DEFAULT-VALUE}.")
  private String referenceDtype;

  @Option(
      names = "--candidate",
      required = true,
      split = ",",
      paramLabel = "DIR",
      description = "Checkpoints or exports; may be repeated.")
  private List<Path> candidates;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "FILE",
      description = "Pairs, in the form that score reads.")
  private Path input;

  @Option(
      names = "--image-root",
      paramLabel = "DIR",
      description = "Where relative picture paths start; default: the folder of the input.")
  private @Nullable Path imageRoot;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Most pairs; default ${DEFAULT-VALUE}.")
  private int limit;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      defaultValue = "2048",
      description = "Most tokens of a judgement; default ${DEFAULT-VALUE}.")
  private int maxNewTokens;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "16",
      description = "Judgements decoded together; default ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--device",
      paramLabel = "auto|cpu|cuda:N",
      defaultValue = "auto",
      description =
          "Where to compute: auto takes the first GPU where there is one; default"
              + " ${DEFAULT-VALUE}.")
  private String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads inside one operator on a CPU; default: the engine's choice.")
  private @Nullable Integer threads;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the table as JSON, too.")
  private @Nullable Path json;

  @Override
  public Integer call() throws IOException {
    if (limit < 1 || batch < 1) {
      throw new UsageException(
          "--limit and --batch must be at least 1, got " + limit + " and " + batch);
    }
    for (Path candidate : candidates) {
      if (!Files.isDirectory(candidate)) { // told before the others are asked, not after
        throw new UsageException("--candidate " + candidate + " is no folder");
      }
    }
    List<PairFile.Line> lines = PairFile.read(input, imageRoot, limit);
    List<@Nullable Preferred> labels = new ArrayList<>();
    lines.forEach(line -> labels.add(line.label()));
    Interview interview =
        new Interview(
            lines.stream().map(PairFile.Line::pair).toList(), maxNewTokens, batch, this::tell);
    Answers expected = interview.ask(reference, builder(reference).dtype(referenceDtype), null);
    List<List<String>> rows = new ArrayList<>();
    rows.add(ComparisonRow.HEADERS);
    ArrayNode tree = new JsonMapper().createArrayNode();
    add(ComparisonRow.of(expected, expected, labels), rows, tree);
    for (Path candidate : candidates) {
      Answers found = interview.ask(candidate, builder(candidate), expected);
      if (found.info().vocabularySize() != expected.info().vocabularySize()) {
        throw new UsageException(
            candidate
                + " has "
                + found.info().vocabularySize()
                + " tokens, the reference "
                + expected.info().vocabularySize()
                + ": they are not the same checkpoint");
      }
      add(ComparisonRow.of(expected, found, labels), rows, tree);
    }
    spec.commandLine().getOut().print(TextTable.render(rows, 1));
    spec.commandLine().getOut().flush();
    if (json != null) {
      Files.writeString(json, tree.toPrettyString() + "\n");
    }
    return 0;
  }

  private static void add(ComparisonRow row, List<List<String>> rows, ArrayNode tree) {
    rows.add(row.cells());
    ObjectNode node = tree.addObject();
    row.write(node);
  }

  private RewardModel.Builder builder(Path folder) {
    RewardModel.Builder builder = RewardModel.builder().checkpoint(folder).device(device);
    if (threads != null) {
      builder.threads(threads);
    }
    return builder;
  }

  private void tell(String what) {
    spec.commandLine().getErr().println("compare: " + what);
  }
}
