package io.r1reward.examples.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.Preferred;
import io.r1reward.examples.Program;
import io.r1reward.train.data.JsonLines;
import io.r1reward.train.data.PreferenceSample;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCommandTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path folder;
  private Path output;

  @BeforeEach
  void output() {
    output = folder.resolve("output");
  }

  private static byte[] picture(int seed, String format) throws IOException {
    BufferedImage pixels = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 64; i++) {
      pixels.setRGB(i % 8, i / 8, (seed * 7919 + i * i * 31) & 0xffffff);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    assertThat(ImageIO.write(pixels, format, bytes)).isTrue();
    return bytes.toByteArray();
  }

  private static ObjectNode record(String id, String question, String chosen, String rejected) {
    return JSON.createObjectNode()
        .put("id", id)
        .put("question", question)
        .put("chosen", chosen)
        .put("rejected", rejected)
        .put("category", "c" + id.length());
  }

  /** A record of RLAIF-V with its picture in it. */
  private static ObjectNode rlaif(int number) throws IOException {
    ObjectNode record =
        record("r" + number, "What is " + number + "?", "yes " + number, "no " + number)
            .put("idx", "r" + number)
            .put("ds_name", "rlaif");
    record.putObject("image").put("bytes", picture(number, "png"));
    return record;
  }

  private Path file(String name, List<? extends JsonNode> records) throws IOException {
    return Files.writeString(
        folder.resolve(name),
        records.stream().map(JsonNode::toString).collect(Collectors.joining("\n", "", "\n")));
  }

  /** Twenty pairs, one of them again with its responses exchanged, and three that are broken. */
  private Path pairs() throws IOException {
    Files.createDirectories(folder.resolve("pictures"));
    List<ObjectNode> records = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Files.write(folder.resolve("pictures/" + i + ".png"), picture(i, "png"));
      records.add(
          record("p" + i, "What is this?", "good " + i, "bad " + i)
              .put("image_path", "pictures/" + i + ".png"));
    }
    ObjectNode again = records.get(3).deepCopy().put("chosen", "bad 3").put("rejected", "good 3");
    records.add(again.put("id", "again").put("question", "what is THIS"));
    records.add(records.get(4).deepCopy().put("image_path", "pictures/none.png"));
    records.add(records.get(5).deepCopy().put("chosen", "bad 5"));
    records.add(records.get(6).deepCopy().put("chosen", "<br>").putNull("rejected"));
    return file("pairs.jsonl", records);
  }

  private List<PreferenceSample> read(String name) {
    try (Stream<PreferenceSample> samples = JsonLines.of(output.resolve(name)).open()) {
      return samples.toList();
    }
  }

  private JsonNode summary() throws IOException {
    return JSON.readTree(output.resolve("summary.json").toFile());
  }

  private static Set<String> ids(List<PreferenceSample> samples) {
    return samples.stream()
        .map(PreferenceSample::id)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void drops_duplicates_and_what_is_broken_and_tells_each() throws IOException {
    Program program =
        Program.run("data", "--input", pairs(), "--output", output, "--held-out", "0.3");

    assertThat(program.exitCode()).as(program.err()).isZero();
    List<PreferenceSample> train = read("train.jsonl");
    List<PreferenceSample> heldOut = read("held-out.jsonl");
    assertThat(train.size() + heldOut.size()).isEqualTo(20);
    assertThat(heldOut).isNotEmpty();
    assertThat(ids(train)).doesNotContainAnyElementsOf(ids(heldOut));
    assertThat(Files.readAllLines(output.resolve("dropped.jsonl")))
        .extracting(line -> JSON.readTree(line))
        .extracting(line -> line.get("reason").asText())
        .containsExactly("duplicate", "broken-picture", "same-text", "wrong-field");
    assertThat(Files.readString(output.resolve("dropped.jsonl")))
        .contains("pairs.jsonl line 22")
        .contains("none.png");
    assertThat(summary().get("records").asLong()).isEqualTo(24);
    assertThat(summary().get("kept").asLong()).isEqualTo(20);
    assertThat(summary().get("dropped").toString())
        .isEqualTo("{\"broken-picture\":1,\"duplicate\":1,\"same-text\":1,\"wrong-field\":1}");
    assertThat(summary().get("train").get("pairs").asInt()).isEqualTo(train.size());
    assertThat(summary().get("train").get("first").asInt()).isEqualTo(train.size());
    assertThat(program.out()).contains("24 records", "dropped: duplicate", "kept of pairs.jsonl");
    assertThat(ImageIO.read(output.resolve("summary.png").toFile()).getWidth()).isGreaterThan(600);
    assertThat(output.toFile().list())
        .containsExactlyInAnyOrder(
            "train.jsonl",
            "held-out.jsonl",
            "dropped.jsonl",
            "images",
            "made-from.json",
            "summary.json",
            "summary.png",
            "summary.json.lock");
    assertThat(output.resolve("images").toFile().list()).hasSize(20);
  }

  @Test
  void takes_pictures_out_of_records_and_drops_those_of_a_benchmark_in_another_format()
      throws IOException {
    Path input = file("rlaif.jsonl", List.of(rlaif(1), rlaif(2), rlaif(3)));
    Files.write(folder.resolve("b.bmp"), picture(2, "bmp"));
    Path benchmark =
        file("bench.jsonl", List.of(record("b", "Other?", "A", "B").put("image", "b.bmp")));

    Program program =
        Program.run(
            "data", "--input", input, "--output", output, "--benchmark", benchmark, "--held-out=0");

    assertThat(program.exitCode()).as(program.err()).isZero();
    assertThat(ids(read("train.jsonl"))).containsExactly("RLAIF-V-r1", "RLAIF-V-r3");
    assertThat(read("train.jsonl").get(0).attributes()).containsEntry("source", "rlaif");
    assertThat(Files.readString(output.resolve("dropped.jsonl")))
        .contains("\"reason\":\"benchmark\"", "bench.jsonl has the picture");
    assertThat(output.resolve("images").toFile().list()).hasSize(2);
    assertThat(output.resolve(".incoming")).doesNotExist();
    assertThat(output.resolve("held-out.jsonl")).doesNotExist();

    Path byQuestion = folder.resolve("by-question");
    Program.run(
        "data",
        "--input",
        input,
        "--output",
        byQuestion,
        "--benchmark",
        benchmark,
        "--held-out=0",
        "--contamination=both");
    assertThat(Files.readAllLines(byQuestion.resolve("train.jsonl"))).hasSize(3);
  }

  @Test
  void balances_exactly_and_writes_rl_lines_of_the_same_samples() throws IOException {
    Path input = pairs();
    Program rl =
        Program.run(
            "data",
            "--input",
            input,
            "--output",
            output,
            "--held-out=0",
            "--balance",
            "--format=rl");
    assertThat(rl.exitCode()).as(rl.err()).isZero();
    List<PreferenceSample> asRl = read("train.jsonl");
    assertThat(Files.readString(output.resolve("train.jsonl"))).contains("\"message\":");

    Program.run(
        "data", "--input", input, "--output", output, "--held-out=0", "--balance", "--overwrite");
    List<PreferenceSample> asPairs = read("train.jsonl");

    assertThat(asRl).hasSize(20).hasSameSizeAs(asPairs);
    for (int i = 0; i < asRl.size(); i++) {
      assertThat(asRl.get(i).id()).isEqualTo(asPairs.get(i).id());
      assertThat(asRl.get(i).pair()).isEqualTo(asPairs.get(i).pair());
      assertThat(asRl.get(i).label()).isEqualTo(asPairs.get(i).label());
    }
    assertThat(asRl).filteredOn(sample -> sample.label() == Preferred.FIRST).hasSize(10);
    assertThat(asRl)
        .allSatisfy(
            sample ->
                assertThat(
                        sample.label() == Preferred.FIRST
                            ? sample.pair().first()
                            : sample.pair().second())
                    .startsWith("good"));
  }

  @Test
  void starts_again_after_a_stop_and_leaves_a_whole_one() throws IOException {
    Path input = pairs();
    Program.run("data", "--input", input, "--output", output);
    String whole = Files.readString(output.resolve("train.jsonl"));
    Path image = folder.resolve("output/images").toFile().listFiles()[0].toPath();
    var written = Files.getLastModifiedTime(image);

    assertThat(Program.run("data", "--input", input, "--output", output).out())
        .isEqualTo("is prepared already: " + output + "\n");

    Files.delete(output.resolve("summary.json"));
    Files.delete(output.resolve("train.jsonl"));
    Files.writeString(output.resolve("kept.jsonl.partial"), "{\"id\":");
    Files.createDirectories(output.resolve(".incoming"));
    Files.writeString(output.resolve(".incoming/left"), "");
    assertThat(Program.run("data", "--input", input, "--output", output).exitCode()).isZero();
    assertThat(Files.readString(output.resolve("train.jsonl"))).isEqualTo(whole);
    assertThat(Files.getLastModifiedTime(image)).isEqualTo(written);
    assertThat(output.resolve("kept.jsonl.partial")).doesNotExist();
    assertThat(output.resolve(".incoming")).doesNotExist();
  }

  @Test
  void mixes_no_two_inputs_in_one_folder() throws IOException {
    Program.run("data", "--input", pairs(), "--output", output);
    Path other = file("other.jsonl", List.of(rlaif(1), rlaif(2)));

    Program refused = Program.run("data", "--input", other, "--output", output);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err())
        .contains("was made with --input pairs.jsonl (digest ", "now it is other.jsonl")
        .contains("give --overwrite to start afresh, or another --output");
    assertThat(Program.run("data", "--input", pairs(), "--output", output, "--seed=1").err())
        .contains("was made with --seed 0, now it is 1");

    assertThat(Program.run("data", "--input", other, "--output", output, "--overwrite").exitCode())
        .isZero();
    assertThat(output.resolve("images").toFile().list()).hasSize(2);

    Files.delete(output.resolve("made-from.json"));
    assertThat(Program.run("data", "--input", other, "--output", output).err())
        .contains("made-from.json, which tells its inputs, is lost");
  }

  @Test
  void names_what_is_wrong() throws IOException {
    Path none = folder.resolve("none.jsonl");
    assertThat(Program.run("data", "--input", none, "--output", output).err())
        .contains("--input " + none + " does not exist");
    Path odd = file("odd.jsonl", List.of(JSON.createObjectNode().put("text", "x")));
    assertThat(Program.run("data", "--input", odd, "--output", output).err())
        .contains(odd + " line 1: a record with the fields [text] is of no known layout");
    assertThat(Program.run("data", "--input", odd, "--output", output, "--layout=vl").err())
        .contains("--layout must be one of auto, mm-rlhf, ", "got vl");
    assertThat(Program.run("data", "--input", odd, "--output", output, "--held-out=1").err())
        .contains("--held-out must be in [0, 1), got 1.0");
    assertThat(Program.run("data", "--input", odd, "--output", folder, "--overwrite").err())
        .contains("--output " + folder + " is the folder of " + odd);
    assertThat(output.toFile().list()).containsExactly("summary.json.lock");
    Path lost = file("lost.jsonl", List.of(record("b", "Q", "A", "B").put("image", "lost.png")));
    Program unseen =
        Program.run("data", "--input", pairs(), "--output", output, "--benchmark", lost);
    assertThat(unseen.exitCode()).isEqualTo(2);
    assertThat(unseen.err()).contains(lost + " line 1, sample b of a benchmark", "lost.png");
    Program empty =
        Program.run("data", "--input", odd, "--output", folder.resolve("e"), "--layout=povid");
    assertThat(empty.exitCode()).isEqualTo(2);
    assertThat(empty.err())
        .contains("no pair is left of 1 records, dropped: {")
        .contains("dropped.jsonl tells each");
  }
}
