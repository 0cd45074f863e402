package io.r1reward.core.hub;

import io.r1reward.CheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Fetches one blob: goes on where an earlier attempt or process stopped, and keeps it only if its
 * hash is the one that the hub says. Its lock is held meanwhile.
 */
final class BlobDownload {
  private static final int BUFFER = 1 << 20;

  private final HubClient client;
  private final HubCache cache;
  private final HubListing listing;
  private final HubFile file;
  private final LongConsumer progress;
  private final Path part;
  private MessageDigest digest;
  private long there;

  /**
   * Fetches nothing yet.
   *
   * @param progress hears how many bytes of the file are there
   */
  BlobDownload(
      HubClient client, HubCache cache, HubListing listing, HubFile file, LongConsumer progress) {
    this.client = client;
    this.cache = cache;
    this.listing = listing;
    this.file = file;
    this.progress = progress;
    this.part = cache.part(file);
    this.digest = file.digest();
  }

  void run(Retries retries) throws IOException, InterruptedException {
    readPart();
    progress.accept(there);
    retries.run(
        file.name(),
        () -> {
          attempt();
          return part;
        });
    check();
    Files.move(part, cache.blob(file), StandardCopyOption.REPLACE_EXISTING);
  }

  /** What is there goes into the digest. */
  private void readPart() throws IOException {
    if (!Files.isRegularFile(part) || Files.size(part) > file.bytes()) {
      restart();
      return;
    }
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(part)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
        there += read;
      }
    }
  }

  private void restart() throws IOException {
    Files.deleteIfExists(part);
    Files.createFile(part);
    digest = file.digest();
    there = 0;
  }

  private void attempt() throws IOException, InterruptedException {
    if (there == file.bytes()) {
      return;
    }
    try (HubAnswer answer =
        client.send(
            "GET",
            HubListing.address(client, cache.what(), listing.sha(), file.name()),
            there,
            cache.what())) {
      checkCommit(answer);
      if (answer.status() == 416) {
        restart();
        throw new BrokenTransferException("the range from " + there + " on was refused");
      }
      if (there > 0 && !continues(answer)) {
        restart();
      }
      receive(answer);
    }
  }

  /** Says whether an answer begins where the part ends; else it is the whole file. */
  private boolean continues(HubAnswer answer) throws IOException {
    if (answer.status() == 200) {
      return false;
    }
    String range = answer.last().firstValue("Content-Range").orElse("");
    if (!range.startsWith("bytes " + there + "-")) {
      restart();
      throw new BrokenTransferException("bytes from " + there + " on were asked, got " + range);
    }
    return true;
  }

  private void checkCommit(HubAnswer answer) {
    String commit = answer.first().firstValue("X-Repo-Commit").orElse(listing.sha());
    if (!commit.equals(listing.sha())) {
      throw new CheckpointException(
          file.name() + " comes from commit " + commit + ", asked for " + listing.sha());
    }
  }

  private void receive(HubAnswer answer) throws IOException, InterruptedException {
    try (OutputStream out = Files.newOutputStream(part, StandardOpenOption.APPEND)) {
      while (true) {
        List<ByteBuffer> pieces = client.next(answer);
        if (pieces.isEmpty()) {
          break;
        }
        for (ByteBuffer piece : pieces) {
          byte[] bytes = new byte[piece.remaining()];
          piece.get(bytes);
          out.write(bytes);
          digest.update(bytes);
          there += bytes.length;
        }
        if (there > file.bytes()) {
          throw wrong("more than " + file.bytes() + " bytes", file.bytes() + " bytes");
        }
        progress.accept(there);
      }
    }
    if (there < file.bytes()) {
      throw new BrokenTransferException("ended after " + there + " of " + file.bytes() + " bytes");
    }
  }

  private void check() throws IOException {
    String got = HexFormat.of().formatHex(digest.digest());
    if (!got.equals(file.hash())) {
      String kind = file.hash().length() == 64 ? "SHA-256 " : "git SHA-1 ";
      throw wrong(kind + got, kind + file.hash());
    }
  }

  private CheckpointException wrong(String got, String expected) throws IOException {
    Files.deleteIfExists(part);
    return new CheckpointException(
        file.name()
            + " of "
            + cache.what()
            + " was damaged on its way and is deleted: expected "
            + expected
            + ", got "
            + got);
  }
}
