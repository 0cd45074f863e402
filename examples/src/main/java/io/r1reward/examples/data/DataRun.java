package io.r1reward.examples.data;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.train.data.JsonLines;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.data.SampleFormats;
import io.r1reward.train.data.layout.PictureStore;
import io.r1reward.train.data.prepare.PairWriting;
import io.r1reward.train.data.prepare.Preparation;
import io.r1reward.train.data.prepare.PreparationDrop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.stream.Stream;

/**
 * Prepares the pairs of some files: all that are kept in a first pass, then those to learn from and
 * those held out.
 *
 * @param folder of the results
 * @param sources of the pairs
 * @param preparation what is dropped
 * @param heldOut share of the pairs, 0 for none
 * @param balance whether labels are balanced
 * @param rl whether lines are of the RL format
 * @param seed of the split and of the balance
 */
record DataRun(
    PreparedFolder folder,
    ImmutableList<SourceFile> sources,
    Preparation preparation,
    double heldOut,
    boolean balance,
    boolean rl,
    long seed) {
  private static final String KEPT = "kept.jsonl";

  DataSummary run(ImmutableMap<String, String> madeFrom) throws IOException {
    DataSummary summary = new DataSummary();
    SourceFile.clear(folder.folder().resolve(PreparedFolder.INCOMING));
    keep(summary);
    if (summary.kept == 0) {
      folder.finish(PreparedFolder.DROPPED);
      throw new InvalidInputException(
          "no pair is left of %d records, dropped: %s; %s tells each"
              .formatted(
                  summary.records, summary.drops, folder.folder().resolve(PreparedFolder.DROPPED)));
    }
    PreferenceDataset kept = JsonLines.of(folder.partial(KEPT)).format(SampleFormats.pairs());
    if (heldOut > 0) {
      PreferenceDataset.Split split = kept.split(heldOut, seed);
      write(split.train(), PreparedFolder.TRAIN, summary);
      write(split.heldOut(), PreparedFolder.HELD_OUT, summary);
      folder.finish(PreparedFolder.HELD_OUT);
    } else {
      write(kept, PreparedFolder.TRAIN, summary);
    }
    folder.finish(PreparedFolder.TRAIN);
    folder.finish(PreparedFolder.DROPPED);
    Files.delete(folder.partial(KEPT));
    DataCharts.write(summary, folder.folder().resolve(PreparedFolder.CHART));
    folder.write(PreparedFolder.SUMMARY, summary.json(madeFrom));
    return summary;
  }

  private void keep(DataSummary summary) throws IOException {
    PictureStore images = new PictureStore(folder.folder(), PreparedFolder.IMAGES);
    PairWriting writing = new PairWriting(image -> stored(image, images));
    try (Writer kept = Files.newBufferedWriter(folder.partial(KEPT));
        Writer dropped = Files.newBufferedWriter(folder.partial(PreparedFolder.DROPPED))) {
      SourceFile.Listener listener =
          new SourceFile.Listener() {
            @Override
            public void pair(String place, PreferenceSample sample) throws IOException {
              PreparationDrop drop = preparation.check(sample);
              if (drop == null) {
                kept.write(writing.pair(sample) + "\n");
                summary.kept(sample);
              } else {
                dropped(place, drop.reason().code(), drop.message());
              }
            }

            @Override
            public void dropped(String place, String reason, String message) throws IOException {
              summary.dropped(reason);
              ObjectNode line = JsonNodeFactory.instance.objectNode();
              dropped.write(
                  line.put("place", place).put("reason", reason).put("message", message) + "\n");
            }
          };
      for (SourceFile source : sources) {
        summary.records += source.read(listener);
      }
    }
  }

  /** Copies a picture that was read before, so that it opens and is within the limits. */
  private static String stored(Image image, PictureStore images) {
    try {
      return images.put(
          image.source() instanceof Image.BytesSource bytes
              ? bytes.data()
              : Files.readAllBytes(((Image.FileSource) image.source()).path()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot store picture " + image.describe() + ": " + e, e);
    }
  }

  private void write(PreferenceDataset pairs, String name, DataSummary summary) throws IOException {
    PairWriting writing = new PairWriting(DataRun::relative);
    PreferenceDataset labelled = balance ? pairs.balanced(seed) : pairs;
    try (Stream<PreferenceSample> samples = labelled.open();
        Writer out = Files.newBufferedWriter(folder.partial(name))) {
      for (Iterator<PreferenceSample> all = samples.iterator(); all.hasNext(); ) {
        PreferenceSample sample = all.next();
        out.write((rl ? writing.rl(sample) : writing.pair(sample)) + "\n");
        summary.written(sample, name.equals(PreparedFolder.TRAIN));
      }
    }
  }

  private static String relative(Image image) {
    Path file = ((Image.FileSource) image.source()).path();
    return PreparedFolder.IMAGES + "/" + file.getFileName();
  }
}
