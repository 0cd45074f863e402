package io.r1reward.core.hub;

import io.r1reward.CheckpointException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A file of a repository.
 *
 * @param name with slashes between folders
 * @param bytes its size
 * @param hash SHA-256 of a large file (LFS), else the SHA-1 of its git blob; the blob's name in the
 *     cache
 */
record HubFile(String name, long bytes, String hash) {
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

  HubFile {
    checkName(name);
    if (!HASH.matcher(hash).matches()) {
      throw new CheckpointException(
          name + ": the hub gives no SHA-256 and no git SHA-1, but '" + hash + "'");
    }
    if (bytes < 0) {
      throw new CheckpointException(name + ": the hub gives a size of " + bytes + " bytes");
    }
  }

  /** Refuses a name that might lead out of the folder of the checkpoint. */
  static void checkName(String name) {
    boolean wrong = name.indexOf('\\') >= 0 || name.chars().anyMatch(c -> c < ' ' || c == 127);
    for (String part : name.split("/", -1)) {
      wrong |= part.isEmpty() || part.equals(".") || part.equals("..");
    }
    // a drive of Windows; elsewhere, a name that could not be fetched there
    if (wrong || name.matches("[A-Za-z]:.*")) {
      throw new CheckpointException(
          "the hub names a file '" + name + "', which leads out of the checkpoint's folder");
    }
  }

  /** Starts to compute what {@link #hash} says. */
  MessageDigest digest() {
    try {
      if (hash.length() == 64) {
        return MessageDigest.getInstance("SHA-256");
      }
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      digest.update(
          String.format(Locale.ROOT, "blob %d\0", bytes).getBytes(StandardCharsets.US_ASCII));
      return digest;
    } catch (NoSuchAlgorithmException e) {
      throw new LinkageError(e.getMessage(), e); // every JVM has both
    }
  }
}
