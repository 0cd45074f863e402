package io.r1reward.core.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.r1reward.CheckpointException;
import io.r1reward.core.json.Json;
import io.r1reward.core.json.JsonFault;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a repository holds at a revision.
 *
 * @param sha the commit
 * @param files those that are wanted
 */
record HubListing(String sha, List<HubFile> files) {

  HubListing {
    files = List.copyOf(files);
  }

  /** Asks the hub. */
  static HubListing ask(HubClient client, Retries retries, HubName what, Predicate<String> wanted)
      throws IOException, InterruptedException {
    URI address =
        URI.create(
            client.endpoint()
                + "/api/models/"
                + what.path()
                + "/revision/"
                + encoded(what.revision())
                + "?blobs=true");
    byte[] text = retries.run(what.toString(), () -> client.read(address, what));
    JsonNode answer;
    try {
      answer = Json.MAPPER.readTree(new String(text, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          address + " does not answer with JSON: " + JsonFault.of(e) + "; is it a hub?", e);
    }
    String sha = answer.path("sha").asText("");
    if (!HubName.isCommit(sha) || !answer.path("siblings").isArray()) {
      throw new CheckpointException(
          address + " names no commit and its files (sha '" + sha + "'); is it a hub?");
    }
    List<HubFile> files = new ArrayList<>();
    for (JsonNode file : answer.path("siblings")) {
      String name = file.path("rfilename").asText("");
      HubFile.checkName(name);
      if (wanted.test(name)) {
        Optional<HubFile> known = known(name, file);
        files.add(
            known.isPresent()
                ? known.get()
                : retries.run(name, () -> head(client, what, sha, name)));
      }
    }
    return new HubListing(sha, files);
  }

  /** Where a file is. */
  static URI address(HubClient client, HubName what, String sha, String file) {
    String path =
        Stream.of(file.split("/", -1)).map(HubListing::encoded).collect(Collectors.joining("/"));
    return URI.create(client.endpoint() + "/" + what.path() + "/resolve/" + sha + "/" + path);
  }

  private static Optional<HubFile> known(String name, JsonNode file) {
    JsonNode lfs = file.path("lfs");
    String hash = lfs.path("sha256").asText(lfs.path("oid").asText(""));
    long bytes = lfs.path("size").asLong(file.path("size").asLong(-1));
    if (hash.isEmpty() && !lfs.isObject()) {
      hash = file.path("blobId").asText("");
    }
    return hash.isEmpty() || bytes < 0
        ? Optional.empty()
        : Optional.of(new HubFile(name, bytes, hash));
  }

  /** A mirror may list names alone: then the headers of each file say the rest. */
  private static HubFile head(HubClient client, HubName what, String sha, String name)
      throws IOException, InterruptedException {
    try (HubAnswer answer = client.send("HEAD", address(client, what, sha, name), 0, what)) {
      String hash =
          answer
              .first()
              .firstValue("X-Linked-Etag")
              .or(() -> answer.header("ETag"))
              .orElse("")
              .replaceFirst("^W/", "")
              .replace("\"", "");
      long bytes =
          answer
              .first()
              .firstValue("X-Linked-Size")
              .or(() -> answer.last().firstValue("Content-Length"))
              .filter(text -> text.matches("\\d{1,18}"))
              .map(Long::parseLong)
              .orElse(-1L);
      return new HubFile(name, bytes, hash);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
