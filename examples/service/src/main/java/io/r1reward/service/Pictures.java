package io.r1reward.service;

import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.springframework.stereotype.Component;
import org.springframework.web.multipart.MultipartFile;
import tools.jackson.databind.JsonNode;

/**
 * Reads pictures that came with a request. One that is named by another URI is refused: the service
 * opens no files and no connections for strangers. Thread-safe.
 */
@Component
final class Pictures {
  private final ServiceLimits limits;

  Pictures(ServiceLimits limits) {
    this.limits = limits;
  }

  /** Reads an array of data URIs and objects {@code {"base64": …}}. */
  List<Image> ofJson(JsonNode array) {
    JsonFields.checked(array.isArray(), "images", "an array", array);
    count(array.size());
    List<Image> images = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      images.add(ofElement("images[" + i + "]", array.get(i)));
    }
    return images;
  }

  /** Takes the uploaded files. */
  List<Image> ofFiles(List<MultipartFile> files) throws IOException {
    count(files.size());
    List<Image> images = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      images.add(ofBytes("image[" + i + "]", files.get(i).getBytes()));
    }
    return images;
  }

  private Image ofElement(String name, JsonNode element) {
    if (element.isString()) {
      String uri = element.stringValue();
      if (!uri.regionMatches(true, 0, "data:", 0, 5)) {
        throw new InvalidInputException(
            name + " must be a data: URI or {\"base64\": …}, got " + abbreviate(uri));
      }
      return ofDataUri(name, uri);
    }
    JsonNode base64 = element.isObject() && element.size() == 1 ? element.get("base64") : null;
    if (base64 == null || !base64.isString()) {
      throw new InvalidInputException(
          name + " must be a data: URI or {\"base64\": …}, got " + abbreviate(element.toString()));
    }
    try {
      return ofBytes(name, Base64.getMimeDecoder().decode(base64.stringValue()));
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(name + " is no base64: " + e.getMessage(), e);
    }
  }

  private Image ofDataUri(String name, String uri) {
    Image image;
    try {
      image = Image.ofDataUri(uri);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(name + ": " + e.getMessage(), e);
    }
    return image.source() instanceof Image.BytesSource bytes ? ofBytes(name, bytes.data()) : image;
  }

  private Image ofBytes(String name, byte[] bytes) {
    if (bytes.length == 0) {
      throw new InvalidInputException(name + " must hold a picture, got 0 bytes");
    }
    if (bytes.length > limits.maxImage().toBytes()) {
      throw new TooLargeException(name, limits.maxImage().toBytes());
    }
    return Image.of(bytes);
  }

  private void count(int number) {
    if (number > limits.maxImages()) {
      throw new InvalidInputException(
          "images must be at most " + limits.maxImages() + ", got " + number);
    }
  }

  static String abbreviate(String text) {
    return text.length() <= 60
        ? text
        : String.format(Locale.ROOT, "%s… (%d characters)", text.substring(0, 57), text.length());
  }
}
