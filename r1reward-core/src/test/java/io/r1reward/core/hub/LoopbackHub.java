package io.r1reward.core.hub;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.r1reward.core.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The routes of the hub on this machine. Files whose names end in {@code .safetensors} are large:
 * they lie on a second server, to which the first leads.
 */
public final class LoopbackHub implements AutoCloseable {
  public static final String SHA = "0123456789abcdef0123456789abcdef01234567";

  /** A request that came. */
  public record Request(String method, String path, String range, String authorization) {}

  private final HttpServer hub = server();
  private final HttpServer store = server();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Map<String, byte[]> files = new TreeMap<>();
  final List<Request> atHub = new CopyOnWriteArrayList<>();
  final List<Request> atStore = new CopyOnWriteArrayList<>();

  /** Statuses of the next answers of the hub. */
  final Queue<Integer> failures = new ConcurrentLinkedQueue<>();

  /** After how many bytes the next transfers from the store are cut. */
  final Queue<Integer> cuts = new ConcurrentLinkedQueue<>();

  /** Sizes and hashes that are told in place of the true ones. */
  final ConcurrentMap<String, Object> lies = new ConcurrentHashMap<>();

  /** What answers of {@link #failures} say in {@code Retry-After}. */
  volatile @Nullable String retryAfter;

  /** Whether cut transfers stay open, without a byte more. */
  volatile boolean stalls;

  volatile @Nullable String token;
  volatile boolean listsNamesAlone;
  volatile boolean ignoresRanges;

  /** Starts both servers. */
  public LoopbackHub() {
    hub.createContext("/", exchange -> answer(exchange, this::hub));
    store.createContext("/", exchange -> answer(exchange, this::store));
    hub.setExecutor(threads);
    store.setExecutor(threads);
    hub.start();
    store.start();
  }

  private static HttpServer server() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  /** Adds a file. */
  public LoopbackHub with(String name, byte[] content) {
    files.put(name, content);
    return this;
  }

  /** Adds a file. */
  public LoopbackHub with(String name, String content) {
    return with(name, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Where the hub is. */
  public String endpoint() {
    return address(hub);
  }

  private static String address(HttpServer server) {
    return "http://"
        + server.getAddress().getAddress().getHostAddress()
        + ":"
        + server.getAddress().getPort();
  }

  /** Requests for contents, at both servers. */
  public List<String> contents() {
    return atHub.stream()
        .filter(request -> request.method().equals("GET") && request.path().contains("/resolve/"))
        .map(request -> request.path().replaceFirst(".*/resolve/[^/]*/", ""))
        .toList();
  }

  @FunctionalInterface
  private interface Route {
    void answer(HttpExchange exchange) throws IOException;
  }

  private static void answer(HttpExchange exchange, Route route) throws IOException {
    try (exchange) {
      route.answer(exchange);
    }
  }

  private static Request request(HttpExchange exchange) {
    return new Request(
        exchange.getRequestMethod(),
        exchange.getRequestURI().getPath(),
        String.valueOf(exchange.getRequestHeaders().getFirst("Range")),
        String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
  }

  private void hub(HttpExchange exchange) throws IOException {
    Request request = request(exchange);
    atHub.add(request);
    Integer failure = failures.poll();
    if (failure != null) {
      if (retryAfter != null) {
        exchange.getResponseHeaders().set("Retry-After", retryAfter);
      }
      exchange.sendResponseHeaders(failure, -1);
    } else if (token != null && !request.authorization().equals("Bearer " + token)) {
      exchange.sendResponseHeaders(401, -1);
    } else if (request.path().equals("/api/models/owner/name/revision/main")
        || request.path().equals("/api/models/owner/name/revision/" + SHA)) {
      byte[] listing = Json.MAPPER.writeValueAsBytes(listing());
      exchange.sendResponseHeaders(200, listing.length);
      exchange.getResponseBody().write(listing);
    } else {
      file(exchange, request.path());
    }
  }

  private void file(HttpExchange exchange, String path) throws IOException {
    String before = "/owner/name/resolve/" + SHA + "/";
    String name = path.startsWith(before) ? path.substring(before.length()) : "";
    byte[] content = files.get(name);
    if (content == null) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    exchange.getResponseHeaders().set("X-Repo-Commit", SHA);
    if (name.endsWith(".safetensors")) {
      exchange.getResponseHeaders().set("X-Linked-Etag", '"' + sha256(content) + '"');
      exchange.getResponseHeaders().set("X-Linked-Size", String.valueOf(content.length));
      exchange.getResponseHeaders().set("Location", address(store) + "/" + name);
      exchange.sendResponseHeaders(302, -1);
    } else {
      exchange.getResponseHeaders().set("ETag", '"' + gitSha1(content) + '"');
      send(exchange, content, null);
    }
  }

  private void store(HttpExchange exchange) throws IOException {
    atStore.add(request(exchange));
    exchange.getResponseHeaders().set("ETag", "\"of the store\"");
    byte[] content = files.get(exchange.getRequestURI().getPath().substring(1));
    boolean head = exchange.getRequestMethod().equals("HEAD");
    send(exchange, content, head ? null : cuts.poll());
  }

  private void send(HttpExchange exchange, byte[] content, @Nullable Integer cut)
      throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(content.length));
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from = 0;
    if (range != null && !ignoresRanges) {
      from = Integer.parseInt(range.replaceAll("\\D", ""));
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
    }
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
    OutputStream out = exchange.getResponseBody();
    if (cut == null) {
      out.write(content, from, content.length - from);
    } else {
      out.write(content, from, cut);
      out.flush(); // the connection is closed before its time
      if (stalls) {
        stall();
      }
    }
  }

  /** Waits until this is closed. */
  private void stall() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ObjectNode listing() {
    ObjectNode answer = Json.MAPPER.createObjectNode().put("sha", SHA);
    ArrayNode siblings = answer.putArray("siblings");
    files.forEach(
        (name, content) -> {
          ObjectNode file = siblings.addObject().put("rfilename", name);
          if (listsNamesAlone) {
            return;
          }
          long size = (Long) lies.getOrDefault("size of " + name, (long) content.length);
          file.put("size", size).put("blobId", gitSha1(content));
          if (name.endsWith(".safetensors")) {
            String hash = (String) lies.getOrDefault("hash of " + name, sha256(content));
            file.putObject("lfs").put("sha256", hash).put("size", size).put("pointerSize", 134);
          }
        });
    return answer;
  }

  static String sha256(byte[] content) {
    return digest("SHA-256", content);
  }

  static String gitSha1(byte[] content) {
    byte[] header = ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(header, header.length + content.length);
    System.arraycopy(content, 0, all, header.length, content.length);
    return digest("SHA-1", all);
  }

  private static String digest(String algorithm, byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    hub.stop(0);
    store.stop(0);
    threads.shutdownNow();
  }
}
