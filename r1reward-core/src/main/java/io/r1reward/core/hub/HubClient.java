package io.r1reward.core.hub;

import io.r1reward.CheckpointException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Flow;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to the hub and where it leads: the token goes to the hub alone. Redirects are
 * followed here, since the hub's own answer has headers that the one behind it lacks.
 */
final class HubClient {
  private static final int MOST_REDIRECTS = 5;
  private static final int MOST_TEXT = 64 << 20;

  private final String endpoint;
  private final @Nullable String token;
  private final Duration stall;
  private final HttpClient http;

  /**
   * Sends nothing yet.
   *
   * @param endpoint without a slash at its end
   * @param stall longest time without a byte
   */
  HubClient(String endpoint, @Nullable String token, Duration connect, Duration stall) {
    this.endpoint = endpoint;
    this.token = token;
    this.stall = stall;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(connect)
            .build();
  }

  String endpoint() {
    return endpoint;
  }

  Duration stall() {
    return stall;
  }

  /** Reads a small answer. */
  byte[] read(URI address, HubName what) throws BrokenTransferException, InterruptedException {
    try (HubAnswer answer = send("GET", address, 0, what)) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      while (true) {
        List<ByteBuffer> pieces = next(answer);
        if (pieces.isEmpty()) {
          return all.toByteArray();
        }
        for (ByteBuffer piece : pieces) {
          byte[] bytes = new byte[piece.remaining()];
          piece.get(bytes);
          all.writeBytes(bytes);
        }
        if (all.size() > MOST_TEXT) {
          throw new CheckpointException(
              address + " answers with more than " + MOST_TEXT + " bytes");
        }
      }
    }
  }

  /** Returns the next bytes of an answer. */
  List<ByteBuffer> next(HubAnswer answer) throws BrokenTransferException, InterruptedException {
    try {
      return answer.body().next(stall);
    } catch (IOException e) {
      throw new BrokenTransferException(answer.address().getHost() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Sends a request and follows where it leads.
   *
   * @param from first byte wanted
   * @return an answer of status 200, 206 or 416
   * @throws CheckpointException if the hub refuses
   */
  HubAnswer send(String method, URI address, long from, HubName what)
      throws BrokenTransferException, InterruptedException {
    URI at = address;
    HttpHeaders first = null;
    for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      HttpResponse<Flow.Publisher<List<ByteBuffer>>> answer = once(method, at, from);
      ReceivedBody body = new ReceivedBody();
      answer.body().subscribe(body);
      if (first == null) {
        first = answer.headers();
      }
      int status = answer.statusCode();
      if (status == 200 || status == 206 || status == 416) {
        return new HubAnswer(at, status, first, answer.headers(), body);
      }
      body.close();
      if (status != 301 && status != 302 && status != 303 && status != 307 && status != 308) {
        throw refusal(status, at, answer.headers(), what);
      }
      at = redirected(at, answer.headers().firstValue("Location").orElse(""));
    }
    throw new CheckpointException(address + " redirects more than " + MOST_REDIRECTS + " times");
  }

  private HttpResponse<Flow.Publisher<List<ByteBuffer>>> once(String method, URI at, long from)
      throws BrokenTransferException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(at)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(stall)
            .header("User-Agent", "r1reward; java/" + Runtime.version().feature())
            .header("Accept-Encoding", "identity");
    if (from > 0) {
      request.header("Range", "bytes=" + from + "-");
    }
    if (token != null && isHub(at)) {
      request.header("Authorization", "Bearer " + token);
    }
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofPublisher());
    } catch (SSLException e) {
      throw new HubException(at.getHost() + " cannot be trusted: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new BrokenTransferException(at.getHost() + ": " + e, e);
    }
  }

  private static URI redirected(URI from, String location) {
    URI to;
    try {
      to = from.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(from + " redirects to '" + location + "', no address", e);
    }
    String scheme = String.valueOf(to.getScheme()).toLowerCase(Locale.ROOT);
    boolean weaker = "https".equalsIgnoreCase(from.getScheme()) && !scheme.equals("https");
    if (location.isEmpty() || to.getHost() == null || weaker || !scheme.matches("https?")) {
      throw new CheckpointException(
          from.getHost() + " redirects to '" + location + "', which is not followed");
    }
    return to;
  }

  private boolean isHub(URI address) {
    URI hub = URI.create(endpoint);
    return hub.getScheme().equalsIgnoreCase(address.getScheme())
        && hub.getHost().equalsIgnoreCase(address.getHost())
        && port(hub) == port(address);
  }

  private static int port(URI address) {
    return address.getPort() >= 0
        ? address.getPort()
        : "https".equalsIgnoreCase(address.getScheme()) ? 443 : 80;
  }

  private RuntimeException refusal(int status, URI at, HttpHeaders headers, HubName what)
      throws BrokenTransferException {
    String said = headers.firstValue("X-Error-Message").map(text -> " (" + text + ")").orElse("");
    String where = endpoint + " answers " + status + said + " for " + what;
    if (status == 401 || status == 403) {
      return new CheckpointException(
          where
              + ": the repository does not exist, or is gated or private; "
              + (token == null
                  ? "no token was given: set HF_TOKEN to one of an account that may read it"
                  : "the token given may not read it: ask for access on its page, or set HF_TOKEN"
                      + " to one of another account"));
    }
    if (status == 404) {
      return new CheckpointException(
          where
              + ": no repository "
              + what.path()
              + ", no revision "
              + what.revision()
              + " of it, or no such file ("
              + at.getPath()
              + ")");
    }
    if (status >= 500 || status == 429 || status == 408) {
      throw new BrokenTransferException(where, RetryAfter.of(headers));
    }
    return new HubException(where + " at " + at.getPath());
  }
}
