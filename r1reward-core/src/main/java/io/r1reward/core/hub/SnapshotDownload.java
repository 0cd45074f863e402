package io.r1reward.core.hub;

import com.google.common.math.LongMath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Fetches the files that a snapshot lacks, one after the other.
 *
 * @param missing files of the listing
 */
record SnapshotDownload(
    HubClient client,
    Retries retries,
    HubCache cache,
    HubListing listing,
    List<HubFile> missing,
    HubListener listener) {

  SnapshotDownload {
    missing = List.copyOf(missing);
  }

  void run() throws IOException, InterruptedException {
    if (missing.isEmpty()) {
      return;
    }
    Files.createDirectories(cache.blob(missing.get(0)).resolveSibling("."));
    checkSpace();
    long total = missing.stream().mapToLong(HubFile::bytes).sum();
    long done = 0;
    for (HubFile file : missing) {
      long before = done;
      cache.locked(
          file,
          () -> {
            if (cache.has(listing.sha(), file)) {
              return; // another thread or process was first
            }
            if (!cache.hasBlob(file)) {
              new BlobDownload(
                      client,
                      cache,
                      listing,
                      file,
                      there -> listener.progress(file.name(), before + there, total))
                  .run(retries);
            }
            cache.place(listing.sha(), file);
          });
      done += file.bytes();
      listener.progress(file.name(), done, total);
    }
  }

  private void checkSpace() throws IOException {
    long needed = 0;
    for (HubFile file : missing) {
      if (!cache.hasBlob(file)) {
        Path part = cache.part(file);
        long there = Files.isRegularFile(part) ? Files.size(part) : 0;
        needed = LongMath.saturatedAdd(needed, Math.max(0, file.bytes() - there));
      }
    }
    long free = Files.getFileStore(cache.root()).getUsableSpace();
    if (needed > free) {
      throw new HubException(
          String.format(
              Locale.ROOT,
              "%s needs %.1f MB more in %s, %.1f MB are free there",
              cache.what(),
              needed / 1e6,
              cache.root(),
              free / 1e6));
    }
  }
}
