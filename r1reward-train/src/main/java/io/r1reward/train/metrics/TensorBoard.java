package io.r1reward.train.metrics;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Writes a TensorBoard event file: scalars by the names of {@link Metric}, completions as text. Not
 * thread-safe.
 *
 * <p>An event file is a sequence of TFRecords [1] (length, masked CRC-32C of the length, data,
 * masked CRC-32C of the data), each holding an {@code Event} message [2]. A resumed run opens a new
 * file beside the old one, which is how TensorBoard expects it.
 *
 * <p>[1] tensorflow/core/lib/io/record_writer.h, [2] tensorflow/core/util/event.proto.
 */
public final class TensorBoard implements TrainingListener {
  private static final int MASK_DELTA = 0xa282ead8;
  private static final int DT_STRING = 7;

  private final Path folder;
  private final InstantSource clock;
  private @Nullable OutputStream out;

  private TensorBoard(Path folder, InstantSource clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /** Writes into a folder, which is made when the first step is done. */
  public static TensorBoard to(Path folder) {
    return to(folder, InstantSource.system());
  }

  /** Writes into a folder with times from a given clock. */
  public static TensorBoard to(Path folder, InstantSource clock) {
    return new TensorBoard(folder, clock);
  }

  @Override
  public void onStep(StepReport report) {
    try {
      ProtoWriter summary = new ProtoWriter();
      report
          .values()
          .forEach(
              (name, value) ->
                  summary.message(
                      1, new ProtoWriter().stringField(1, name).floatField(2, value.floatValue())));
      for (int i = 0; i < report.samples().size(); i++) {
        StepReport.Sample sample = report.samples().get(i);
        summary.message(
            1,
            text("samples/" + i, sample.id() + " (" + sample.reward() + ")\n\n" + sample.text()));
      }
      record(stream(), event().longField(2, report.step()).message(5, summary).bytes());
      stream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write events to " + folder + ": " + e, e);
    }
  }

  @Override
  public void close() {
    try {
      if (out != null) {
        out.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close events in " + folder + ": " + e, e);
    }
  }

  private OutputStream stream() throws IOException {
    if (out == null) {
      Files.createDirectories(folder);
      Instant now = clock.instant();
      String name =
          "events.out.tfevents." + now.getEpochSecond() + "." + now.getNano() + ".r1reward";
      out =
          Files.newOutputStream(
              folder.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      record(out, event().stringField(3, "brain.Event:2").bytes());
    }
    return out;
  }

  private ProtoWriter event() {
    return new ProtoWriter().doubleField(1, clock.millis() / 1000.0);
  }

  /** A Summary.Value with a string tensor and the metadata of the text plug-in. */
  private static ProtoWriter text(String tag, String value) {
    ProtoWriter plugin = new ProtoWriter().stringField(1, "text");
    ProtoWriter shape = new ProtoWriter().message(2, new ProtoWriter().longField(1, 1));
    ProtoWriter tensor =
        new ProtoWriter().longField(1, DT_STRING).message(2, shape).stringField(8, value);
    return new ProtoWriter()
        .stringField(1, tag)
        .message(8, tensor)
        .message(9, new ProtoWriter().message(1, plugin));
  }

  private static void record(OutputStream out, byte[] data) throws IOException {
    byte[] length = little(8).putLong(data.length).array();
    out.write(length);
    out.write(little(4).putInt(maskedCrc(length)).array());
    out.write(data);
    out.write(little(4).putInt(maskedCrc(data)).array());
  }

  /** CRC-32C rotated right by 15 bits plus a constant, so that a CRC of CRCs stays strong. */
  static int maskedCrc(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
