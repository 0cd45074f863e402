package io.r1reward.core.hub;

import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r1reward.CancelledException;
import io.r1reward.CheckpointException;
import io.r1reward.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Brings a checkpoint of the Hugging Face hub into the cache on this machine, the one that Python's
 * {@code huggingface_hub} uses: what is there already is not fetched again, what broke goes on
 * where it stopped, every file is held against the hash that the hub says.
 *
 * <pre>{@code
 * Path folder = HubDownload.builder("owner/name@main").build().run();
 * }</pre>
 *
 * <p>Immutable and thread-safe. Threads and Java processes that want the same file at once fetch it
 * once. Python's locks are of another kind on Linux: both may fetch the same file, each on its own.
 */
public final class HubDownload {

  /** What a judge needs: no pickled weights, none of other libraries. */
  public static final List<String> DEFAULT_FILES =
      List.of(
          "*.json",
          "*.txt",
          "*.jinja",
          "*.safetensors",
          "*.onnx",
          "*.onnx.data",
          "*.onnx_data*",
          "onnx/**");

  private final HubName name;
  private final String endpoint;
  private final @Nullable String token;
  private final Path folder;
  private final boolean offline;
  private final ImmutableList<PathMatcher> wanted;
  private final String wantedTexts;
  private final @Nullable HubListener listener;
  private final Duration connectLimit;
  private final Duration stallLimit;
  private final Pauses pauses;
  private final HubCache.Links links;

  private HubDownload(Builder from) {
    HubName parsed = HubName.of(from.name);
    this.name = from.revision == null ? parsed : parsed.at(from.revision);
    HubEnvironment environment = new HubEnvironment(from.environment);
    this.offline = from.offline == null ? environment.offline() : from.offline;
    this.endpoint = endpoint(from.endpoint == null ? environment.endpoint() : from.endpoint);
    this.token = this.offline || from.token != null ? from.token : environment.token();
    this.folder =
        (from.cache == null ? environment.cache() : from.cache).toAbsolutePath().normalize();
    this.wanted =
        from.files.stream().map(HubDownload::matcher).collect(ImmutableList.toImmutableList());
    this.wantedTexts = String.join(", ", from.files);
    this.listener = from.listener;
    this.connectLimit = from.connectLimit;
    this.stallLimit = from.stallLimit;
    this.pauses = from.pauses;
    this.links = from.links;
    if (token != null && !token.matches("[\\x21-\\x7e]+")) {
      throw new InvalidInputException("the token of the hub must be one word of ASCII characters");
    }
  }

  /**
   * Starts the settings of a download.
   *
   * @param name {@code owner/name} or {@code owner/name@revision}
   */
  public static Builder builder(String name) {
    return new Builder(given(name, "name"));
  }

  /**
   * Fetches what is not there, and waits.
   *
   * @return the folder of the commit that the revision is
   * @throws CheckpointException if there is no such repository or revision, it is not given without
   *     a token, files come damaged, or it is not in the cache while offline
   * @throws HubException if the hub cannot be reached or the disk is full
   * @throws CancelledException if the thread is interrupted: its flag stays set, and what is there
   *     is kept
   */
  public Path run() {
    HubCache cache = new HubCache(folder, name, pauses, links);
    try {
      return offline ? CachedSnapshot.of(cache) : fetch(cache);
    } catch (InterruptedException | ClosedByInterruptException | FileLockInterruptionException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException(
          "the download of " + name + " was interrupted; what is there is kept", e);
    } catch (IOException | UncheckedIOException e) {
      throw new HubException("the download of " + name + " to " + folder + " failed: " + e, e);
    }
  }

  private Path fetch(HubCache cache) throws IOException, InterruptedException {
    HubClient client = new HubClient(endpoint, token, connectLimit, stallLimit);
    Retries retries = new Retries(pauses);
    HubListing listing = HubListing.ask(client, retries, name, this::isWanted);
    if (listing.files().isEmpty()) {
      throw new CheckpointException(name + " has no file like " + wantedTexts);
    }
    List<HubFile> missing = new ArrayList<>();
    for (HubFile file : listing.files()) {
      if (!cache.has(listing.sha(), file)) {
        missing.add(file);
      }
    }
    new SnapshotDownload(
            client,
            retries,
            cache,
            listing,
            missing,
            listener == null ? new LoggedProgress() : listener)
        .run();
    cache.remember(listing.sha());
    return cache.snapshot(listing.sha());
  }

  private boolean isWanted(String file) {
    Path path;
    try {
      path = Path.of(file);
    } catch (InvalidPathException e) {
      return false; // a name that this file system does not know
    }
    return wanted.stream().anyMatch(matcher -> matcher.matches(path));
  }

  private static PathMatcher matcher(String glob) {
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + glob);
    } catch (PatternSyntaxException e) {
      throw new InvalidInputException(
          "'" + glob + "' is no pattern of file names: " + e.getDescription(), e);
    }
  }

  private static String endpoint(String text) {
    String plain = text.replaceFirst("/+$", "");
    try {
      URI address = URI.create(plain);
      if (address.getHost() != null
          && String.valueOf(address.getScheme()).matches("(?i)https?")
          && address.getRawQuery() == null
          && address.getRawUserInfo() == null) {
        return plain;
      }
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException("the endpoint of the hub is no address: " + text, e);
    }
    throw new InvalidInputException(
        "the endpoint of the hub must be an http or https address, got " + text);
  }

  private static <T> T given(@Nullable T value, String name) {
    if (value == null) {
      throw new InvalidInputException(name + " must not be null");
    }
    return value;
  }

  /**
   * Settings of a download. Not thread-safe. Defaults are those of Python's library: {@code
   * HF_ENDPOINT}, {@code HF_TOKEN} or the file of {@code HF_TOKEN_PATH}, {@code HF_HUB_CACHE} or
   * the folder {@code hub} of {@code HF_HOME}, {@code HF_HUB_OFFLINE}; {@link #DEFAULT_FILES};
   * progress goes to the log, at most every five seconds.
   */
  public static final class Builder {
    private final String name;
    private @Nullable String revision;
    private @Nullable String endpoint;
    private @Nullable String token;
    private @Nullable Path cache;
    private @Nullable Boolean offline;
    private List<String> files = DEFAULT_FILES;
    private @Nullable HubListener listener;
    private Map<String, String> environment = System.getenv();
    private Duration connectLimit = Duration.ofSeconds(30);
    private Duration stallLimit = Duration.ofSeconds(60);
    private Pauses pauses = time -> Thread.sleep(time.toMillis());
    private HubCache.Links links =
        (at, target) -> {
          Path unused = Files.createSymbolicLink(at, target);
        };

    private Builder(String name) {
      this.name = name;
    }

    /** A branch, a tag or a commit; default: the one of the name, else {@code main}. */
    @CanIgnoreReturnValue
    public Builder revision(String text) {
      revision = given(text, "revision");
      return this;
    }

    /** Where the hub is; default {@code HF_ENDPOINT}, else {@code https://huggingface.co}. */
    @CanIgnoreReturnValue
    public Builder endpoint(String address) {
      endpoint = given(address, "endpoint");
      return this;
    }

    /** Opens repositories that are gated or private; sent to the endpoint alone. */
    @CanIgnoreReturnValue
    public Builder token(String text) {
      token = given(text, "token");
      return this;
    }

    /** The folder that holds {@code models--owner--name}. */
    @CanIgnoreReturnValue
    public Builder cache(Path root) {
      cache = given(root, "cache");
      return this;
    }

    /** Whether only the cache is looked at, and nothing sent. */
    @CanIgnoreReturnValue
    public Builder offline(boolean on) {
      offline = on;
      return this;
    }

    /**
     * Which files are wanted, in place of {@link #DEFAULT_FILES}.
     *
     * @param globs as of {@link java.nio.file.FileSystem#getPathMatcher}, of the whole name in the
     *     repository: {@code *.json} are those of its root, {@code **.json} all
     */
    @CanIgnoreReturnValue
    public Builder files(List<String> globs) {
      given(globs, "files").forEach(glob -> given(glob, "files"));
      if (globs.isEmpty()) {
        throw new InvalidInputException("files must hold at least one pattern, got none");
      }
      files = ImmutableList.copyOf(globs);
      return this;
    }

    /** Hears how far it is, in place of the log. */
    @CanIgnoreReturnValue
    public Builder listener(HubListener hearer) {
      listener = given(hearer, "listener");
      return this;
    }

    /** Longest times to connect, and without a byte; default 30 and 60 seconds. */
    @CanIgnoreReturnValue
    public Builder timeouts(Duration connect, Duration stall) {
      connectLimit = positive(connect, "connect");
      stallLimit = positive(stall, "stall");
      return this;
    }

    /** Environment variables in place of the process's. */
    @CanIgnoreReturnValue
    public Builder environment(Map<String, String> variables) {
      environment = Map.copyOf(given(variables, "environment"));
      return this;
    }

    /** How to wait, for tests. */
    @CanIgnoreReturnValue
    Builder pauses(Pauses way) {
      pauses = way;
      return this;
    }

    /** How to link, for tests. */
    @CanIgnoreReturnValue
    Builder links(HubCache.Links way) {
      links = way;
      return this;
    }

    /**
     * Checks the settings; reads a token file at the most.
     *
     * @throws InvalidInputException if the name, revision, endpoint or a pattern is malformed
     */
    public HubDownload build() {
      return new HubDownload(this);
    }

    private static Duration positive(@Nullable Duration value, String name) {
      Duration time = given(value, name);
      if (time.isNegative() || time.isZero()) {
        throw new InvalidInputException(name + " must be more than 0, got " + time);
      }
      return time;
    }
  }
}
