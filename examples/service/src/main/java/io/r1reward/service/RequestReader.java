package io.r1reward.service;

import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.PreferencePair;
import io.r1reward.Sampling;
import io.r1reward.ScoreRequest;
import io.r1reward.Voting;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.stereotype.Component;
import org.springframework.web.multipart.MultipartHttpServletRequest;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what a client asks for, within the limits. Thread-safe. */
@Component
final class RequestReader {
  private static final Set<String> NAMES =
      Set.of(
          "question",
          "first",
          "second",
          "votes",
          "bothOrders",
          "temperature",
          "maxNewTokens",
          "seed");

  private final ServiceLimits limits;
  private final Pictures pictures;
  private final JsonMapper json;

  RequestReader(ServiceLimits limits, Pictures pictures) {
    this.limits = limits;
    this.pictures = pictures;
    int most = (int) limits.maxBody().toBytes(); // what is longer is refused before
    json =
        JsonMapper.builder(
                JsonFactory.builder()
                    .streamReadConstraints(
                        StreamReadConstraints.builder().maxStringLength(most).build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
  }

  /** Reads a body of JSON or of a form with files. */
  ScoreRequest.Builder ofBody(HttpServletRequest request) throws IOException {
    if (request instanceof MultipartHttpServletRequest form) {
      var files = form.getMultiFileMap(); // refuses what is too large while it reads
      names(files.keySet(), Set.of("image"));
      return of(
          new FormFields(form.getParameterMap()),
          pictures.ofFiles(files.getOrDefault("image", List.of())));
    }
    JsonNode object;
    try {
      object = json.readTree(bytes(request));
    } catch (JacksonException e) {
      throw new InvalidInputException("the body is no JSON: " + e.getOriginalMessage(), e);
    }
    JsonFields fields =
        new JsonFields(JsonFields.checked(object.isObject(), "the body", "a JSON object", object));
    JsonNode images = fields.given("images");
    return of(fields, images == null ? List.of() : pictures.ofJson(images));
  }

  /** Reads the parameters of a query, which has no pictures. */
  ScoreRequest.Builder ofQuery(HttpServletRequest request) {
    return of(new FormFields(request.getParameterMap()), List.of());
  }

  private byte[] bytes(HttpServletRequest request) throws IOException {
    int most = (int) limits.maxBody().toBytes();
    if (request.getContentLengthLong() > most) {
      throw new TooLargeException("the body", most);
    }
    byte[] bytes = request.getInputStream().readNBytes(most + 1);
    if (bytes.length > most) {
      throw new TooLargeException("the body", most);
    }
    return bytes;
  }

  private ScoreRequest.Builder of(Fields fields, List<Image> images) {
    Set<String> known = new TreeSet<>(NAMES);
    if (fields instanceof JsonFields) {
      known.add("images");
    }
    names(fields.names(), known);
    PreferencePair pair =
        PreferencePair.builder()
            .question(text(fields, "question"))
            .media(images)
            .first(text(fields, "first"))
            .second(text(fields, "second"))
            .build();
    Voting voting = Voting.majority((int) whole(fields, "votes", 1, 1, limits.maxVotes()));
    return ScoreRequest.builder(pair)
        .voting(truth(fields, "bothOrders") ? voting.inBothOrders() : voting)
        .sampling(sampling(fields))
        .timeLimit(limits.timeLimit());
  }

  private Sampling sampling(Fields fields) {
    Sampling.Builder sampling = Sampling.builder();
    int tokens = Math.min(Sampling.DEFAULT_MAX_NEW_TOKENS, limits.maxNewTokens());
    sampling.maxNewTokens((int) whole(fields, "maxNewTokens", tokens, 1, limits.maxNewTokens()));
    sampling.seed(whole(fields, "seed", 0, Long.MIN_VALUE, Long.MAX_VALUE));
    String temperature = fields.number("temperature");
    if (temperature != null) {
      try {
        sampling.temperature(Double.parseDouble(temperature));
      } catch (NumberFormatException e) {
        throw new InvalidInputException(
            "temperature must be a number, got " + Pictures.abbreviate(temperature), e);
      }
    }
    return sampling.build();
  }

  private String text(Fields fields, String name) {
    String text = fields.text(name);
    if (text == null) {
      throw new InvalidInputException(name + " must be given, it is missing");
    }
    if (text.length() > limits.maxText()) {
      throw new InvalidInputException(
          name + " must have at most " + limits.maxText() + " characters, got " + text.length());
    }
    return text;
  }

  private static long whole(Fields fields, String name, long without, long least, long most) {
    String number = fields.number(name);
    if (number == null) {
      return without;
    }
    String wanted = name + " must be a whole number from " + least + " to " + most + ", got ";
    long value;
    try {
      value = Long.parseLong(number);
    } catch (NumberFormatException e) {
      throw new InvalidInputException(wanted + Pictures.abbreviate(number), e);
    }
    if (value < least || value > most) {
      throw new InvalidInputException(wanted + value);
    }
    return value;
  }

  private static boolean truth(Fields fields, String name) {
    String value = fields.truth(name);
    if (value != null && !value.equals("true") && !value.equals("false")) {
      throw new InvalidInputException(
          name + " must be true or false, got " + Pictures.abbreviate(value));
    }
    return "true".equals(value);
  }

  private static void names(Set<String> given, Set<String> known) {
    for (String name : new TreeSet<>(given)) {
      if (!known.contains(name)) {
        throw new InvalidInputException(
            "no field has the name "
                + Pictures.abbreviate(name)
                + ", there are "
                + String.join(", ", new TreeSet<>(known)));
      }
    }
  }
}
