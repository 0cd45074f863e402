package io.r1reward.core.hub;

import io.r1reward.InvalidInputException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A repository at a revision.
 *
 * @param owner a user or organisation
 * @param name of the repository
 * @param revision a branch, a tag or a commit
 */
record HubName(String owner, String name, String revision) {
  private static final String DEFAULT_REVISION = "main";
  private static final int MOST = 96;
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");
  private static final Pattern REVISION = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+/-]*");
  private static final Pattern SHA = Pattern.compile("[0-9a-f]{40}");

  /** Reads {@code owner/name} or {@code owner/name@revision}. */
  static HubName of(String text) {
    int at = text.indexOf('@');
    String repository = at < 0 ? text : text.substring(0, at);
    String revision = at < 0 ? DEFAULT_REVISION : text.substring(at + 1);
    String[] parts = repository.split("/", -1);
    if (parts.length != 2 || !isPart(parts[0]) || !isPart(parts[1]) || repository.length() > MOST) {
      throw new InvalidInputException(
          "a checkpoint of the hub is owner/name or owner/name@revision, at most "
              + MOST
              + " letters, digits, '.', '_' and '-', got '"
              + text
              + "'");
    }
    return new HubName(parts[0], parts[1], DEFAULT_REVISION).at(revision);
  }

  /** Returns the same repository at another revision. */
  HubName at(String other) {
    if (!REVISION.matcher(other).matches()
        || other.contains("..")
        || other.contains("//")
        || other.endsWith("/")) {
      throw new InvalidInputException(
          "a revision is a branch, a tag or a commit, got '" + other + "' of " + path());
    }
    return new HubName(owner, name, other);
  }

  /** As in addresses. */
  String path() {
    return owner + "/" + name;
  }

  /** As in the cache. */
  String folder() {
    return "models--" + owner + "--" + name;
  }

  boolean isCommit() {
    return isCommit(revision);
  }

  static boolean isCommit(String text) {
    return SHA.matcher(text).matches();
  }

  @Override
  public String toString() {
    return path() + "@" + revision;
  }

  private static boolean isPart(String text) {
    // "--" parts names in the cache; Windows knows no file that ends in a point
    return PART.matcher(text).matches()
        && !text.contains("--")
        && !text.contains("..")
        && !text.endsWith(".")
        && !text.toLowerCase(Locale.ROOT).endsWith(".git");
  }
}
