package io.r1reward.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsTest {
  @TempDir Path folder;

  private static StepReport report(long step) {
    return StepReport.builder(step)
        .put(Metric.REWARD, 1.5)
        .put(Metric.KL, Double.NaN)
        .sample(new StepReport.Sample("a", "<think>…</think>", 2))
        .build();
  }

  @Test
  void json_lines_hold_numbers_and_samples() throws IOException {
    Path file = folder.resolve("a run/that is new/metrics.jsonl");
    JsonLinesMetrics.to(file).onStep(report(3));
    JsonNode line = new ObjectMapper().readTree(Files.readString(file));
    assertThat(line.get("step").longValue()).isEqualTo(3);
    assertThat(line.get("reward/mean").doubleValue()).isEqualTo(1.5);
    assertThat(line.get("policy/kl").textValue()).isEqualTo("NaN");
    assertThat(line.at("/samples/0/text").textValue()).isEqualTo("<think>…</think>");
  }

  @Test
  void resuming_removes_later_steps_and_half_a_line() throws IOException {
    Path file = folder.resolve("metrics.jsonl");
    JsonLinesMetrics metrics = JsonLinesMetrics.to(file);
    for (int step = 1; step <= 5; step++) {
      metrics.onStep(report(step));
    }
    Files.writeString(file, "{\"step\":6,\"rew", StandardOpenOption.APPEND);
    metrics.onResume(3);
    metrics.onStep(report(4));
    List<Long> steps = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      steps.add(new ObjectMapper().readTree(line).get("step").longValue());
    }
    assertThat(steps).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void reads_back_the_numbers_of_whole_lines() throws IOException {
    Path file = folder.resolve("metrics.jsonl");
    JsonLinesMetrics metrics = JsonLinesMetrics.to(file);
    metrics.onStep(report(1));
    metrics.onStep(report(2));
    Files.writeString(file, "{\"step\":3,\"rew", StandardOpenOption.APPEND);

    List<StepReport> read = JsonLinesMetrics.read(file);

    assertThat(read).extracting(StepReport::step).containsExactly(1L, 2L);
    assertThat(read.get(1).value(Metric.REWARD)).isEqualTo(1.5);
    assertThat(read.get(1).values()).containsEntry("policy/kl", Double.NaN);
  }

  @Test
  void event_file_reads_back() throws IOException {
    try (TensorBoard board =
        TensorBoard.to(folder, InstantSource.fixed(Instant.ofEpochSecond(7)))) {
      board.onStep(report(300));
    }
    List<byte[]> records = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      Path file = files.findFirst().orElseThrow();
      assertThat(file.getFileName().toString()).startsWith("events.out.tfevents.7.");
      ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      while (in.hasRemaining()) {
        byte[] length = new byte[8];
        in.duplicate().get(length);
        byte[] data = new byte[(int) in.getLong()];
        assertThat(in.getInt()).isEqualTo(TensorBoard.maskedCrc(length));
        in.get(data);
        assertThat(in.getInt()).isEqualTo(TensorBoard.maskedCrc(data));
        records.add(data);
      }
    }
    assertThat(records).hasSize(2);
    // field 1 double 7.0, field 3 "brain.Event:2"
    assertThat(records.get(0))
        .isEqualTo(bytes(0x09, 0, 0, 0, 0, 0, 0, 0x1C, 0x40, 0x1A, 13, "brain.Event:2"));
    // field 1, field 2 varint 300, field 5 of what follows: value { tag, simple_value 1.5 }, …
    byte[] start =
        bytes(
            0x09,
            0,
            0,
            0,
            0,
            0,
            0,
            0x1C,
            0x40,
            0x10,
            0xAC,
            0x02,
            0x2A,
            records.get(1).length - 14,
            0x0A,
            18,
            0x0A,
            11,
            "reward/mean",
            0x15,
            0,
            0,
            0xC0,
            0x3F);
    assertThat(Arrays.copyOf(records.get(1), start.length)).isEqualTo(start);
    assertThat(new String(records.get(1), StandardCharsets.UTF_8))
        .contains("samples/0")
        .contains("<think>…</think>");
  }

  /** The check value of CRC-32C for "123456789" is 0xE3069283. */
  @Test
  void crc_is_masked_as_tensorflow_does() {
    int crc = 0xE3069283;
    assertThat(TensorBoard.maskedCrc("123456789".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo(((crc >>> 15) | (crc << 17)) + 0xa282ead8);
  }

  @Test
  void glossary_explains_every_metric_under_a_name_of_its_own() {
    Set<String> keys = new HashSet<>();
    for (Metric metric : Metric.values()) {
      assertThat(keys.add(metric.key())).as(metric.key()).isTrue();
      assertThat(metric.meaning().length()).as(metric.key()).isGreaterThan(15);
    }
  }

  private static byte[] bytes(Object... parts) {
    ByteBuffer out = ByteBuffer.allocate(200);
    for (Object part : parts) {
      if (part instanceof String text) {
        out.put(text.getBytes(StandardCharsets.UTF_8));
      } else {
        out.put(((Integer) part).byteValue());
      }
    }
    return Arrays.copyOf(out.array(), out.position());
  }
}
