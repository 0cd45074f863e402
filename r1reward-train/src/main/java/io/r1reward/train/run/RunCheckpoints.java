package io.r1reward.train.run;

import io.r1reward.InvalidInputException;
import io.r1reward.core.checkpoint.AtomicFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The checkpoints of a run: folders {@code step-0000000120} under one root. A checkpoint is written
 * into a sibling folder, forced to the disk and renamed, so that a folder with the final name is
 * always whole; what a killed process leaves has another name and is removed by the next {@link
 * #save}. The last few and the best by score are kept. Not thread-safe; one process per root.
 */
public final class RunCheckpoints {
  private static final Pattern NAME = Pattern.compile("step-(\\d{10})");
  private static final String UNFINISHED = ".unfinished-";

  private final Path root;
  private final int keepLast;

  /**
   * Checkpoints under a folder, which is made when the first is saved.
   *
   * @param keepLast how many of the newest stay, at least 1; the best stays besides
   */
  public RunCheckpoints(Path root, int keepLast) {
    if (keepLast < 1) {
      throw new InvalidInputException("at least 1 checkpoint must be kept, got " + keepLast);
    }
    this.root = root;
    this.keepLast = keepLast;
  }

  /** Writes weights, optimiser and whatever else belongs to a checkpoint. */
  @FunctionalInterface
  public interface Contents {
    /** Writes into an empty folder. */
    void writeTo(Path folder) throws IOException;
  }

  /**
   * A whole checkpoint.
   *
   * @param folder where it lies
   * @param state what the run was at
   */
  public record Saved(Path folder, RunState state) {}

  /**
   * Writes a checkpoint and removes what need not be kept. One of the same step is replaced.
   *
   * @return its folder
   */
  public Path save(RunState state, Contents contents) {
    Path target = root.resolve(String.format("step-%010d", state.step()));
    try {
      Files.createDirectories(root);
      removeUnfinished();
      try (AtomicFolder making = AtomicFolder.beside(target, UNFINISHED + target.getFileName())) {
        contents.writeTo(making.folder());
        RunStateFile.write(making.folder(), state);
        making.force();
        if (Files.exists(target)) {
          remove(target);
        }
        making.publish();
      }
      AtomicFolder.forceEntries(root);
      removeOld();
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write checkpoint " + target + ": " + e, e);
    }
  }

  /** Returns all whole checkpoints, oldest first. */
  public List<Saved> all() {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(root)) {
      List<Saved> saved = new ArrayList<>();
      for (Path folder : entries.sorted().toList()) {
        Matcher matcher = NAME.matcher(folder.getFileName().toString());
        if (matcher.matches()) {
          saved.add(new Saved(folder, RunStateFile.read(folder)));
        }
      }
      return saved;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list checkpoints in " + root + ": " + e, e);
    }
  }

  /** Returns the newest. */
  public Optional<Saved> latest() {
    List<Saved> all = all();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  /** Returns the one with the highest score, the earliest among equals; none without a score. */
  public Optional<Saved> best() {
    return all().stream()
        .filter(saved -> !Double.isNaN(saved.state().score()))
        .max(
            Comparator.comparingDouble((Saved saved) -> saved.state().score())
                .thenComparing(saved -> -saved.state().step()));
  }

  private void removeOld() throws IOException {
    List<Saved> all = all();
    Optional<Saved> best = best();
    for (Saved saved : all.subList(0, Math.max(0, all.size() - keepLast))) {
      if (best.isEmpty() || !best.get().folder().equals(saved.folder())) {
        remove(saved.folder());
      }
    }
  }

  /** Renames first, so that a half-removed folder is not taken for a checkpoint. */
  private void remove(Path folder) throws IOException {
    Path doomed = root.resolve(UNFINISHED + "removed-" + folder.getFileName());
    Files.move(folder, doomed, StandardCopyOption.ATOMIC_MOVE);
    AtomicFolder.delete(doomed);
  }

  private void removeUnfinished() throws IOException {
    try (Stream<Path> entries = Files.list(root)) {
      for (Path folder : entries.toList()) {
        if (folder.getFileName().toString().startsWith(UNFINISHED)) {
          AtomicFolder.delete(folder);
        }
      }
    }
  }
}
