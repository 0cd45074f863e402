package io.r1reward.core.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.r1reward.CheckpointException;
import io.r1reward.core.generate.VisionInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The published chat template of Qwen2.5-VL, written in Java; {@link #SOURCE} is its text.
 *
 * <p>A chat whose first message is no system prompt begins with the default one, {@value
 * #DEFAULT_SYSTEM_PROMPT} Every turn stands between {@code <|im_start|>role\n} and {@code
 * <|im_end|>\n}; a picture is written as {@code <|vision_start|><|image_pad|><|vision_end|>}, a
 * video with {@code <|video_pad|>}.
 *
 * <p>Two switches, as in the template:
 *
 * <ul>
 *   <li>generation prompt: ends with {@code <|im_start|>assistant\n}; default on
 *   <li>vision ids: writes {@code Picture 1: } or {@code Video 1: } before each medium, counted
 *       over the whole chat; default off. (The reference renderings, made with version 4.50 of the
 *       public implementation, lack them even where the option was set; its template has them.)
 * </ul>
 *
 * <p>Immutable and thread-safe.
 */
public final class ChatTemplate {

  /** System prompt of a chat that has none. */
  public static final String DEFAULT_SYSTEM_PROMPT = "You are a helpful assistant.";

  /** The published template (Jinja), which this class reproduces. */
  public static final String SOURCE =
      """
      {% set image_count = namespace(value=0) %}{% set video_count = namespace(value=0) %}\
      {% for message in messages %}{% if loop.first and message['role'] != 'system' %}\
      <|im_start|>system
      You are a helpful assistant.<|im_end|>
      {% endif %}<|im_start|>{{ message['role'] }}
      {% if message['content'] is string %}{{ message['content'] }}<|im_end|>
      {% else %}{% for content in message['content'] %}{% if content['type'] == 'image' or \
      'image' in content or 'image_url' in content %}{% set image_count.value = \
      image_count.value + 1 %}{% if add_vision_id %}Picture {{ image_count.value }}: \
      {% endif %}<|vision_start|><|image_pad|><|vision_end|>{% elif content['type'] == 'video' \
      or 'video' in content %}{% set video_count.value = video_count.value + 1 %}\
      {% if add_vision_id %}Video {{ video_count.value }}: {% endif %}\
      <|vision_start|><|video_pad|><|vision_end|>{% elif 'text' in content %}\
      {{ content['text'] }}{% endif %}{% endfor %}<|im_end|>
      {% endif %}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
      {% endif %}""";

  static final String TURN_START = "<|im_start|>";
  static final String TURN_END = "<|im_end|>";
  static final String VISION_START = "<|vision_start|>";
  static final String VISION_END = "<|vision_end|>";
  static final String IMAGE_PAD = "<|image_pad|>";
  static final String VIDEO_PAD = "<|video_pad|>";

  /** Every control token that {@link #render} writes. */
  static final ImmutableSet<String> CONTROL_TOKENS =
      ImmutableSet.of(TURN_START, TURN_END, VISION_START, VISION_END, IMAGE_PAD, VIDEO_PAD);

  private static final Logger logger = LoggerFactory.getLogger(ChatTemplate.class);
  private static final ChatTemplate PUBLISHED = new ChatTemplate(true, false);

  private final boolean generationPrompt;
  private final boolean visionIds;

  private ChatTemplate(boolean generationPrompt, boolean visionIds) {
    this.generationPrompt = generationPrompt;
    this.visionIds = visionIds;
  }

  /** The published template, with a generation prompt and without vision ids. */
  public static ChatTemplate qwen25Vl() {
    return PUBLISHED;
  }

  /**
   * The template for a checkpoint folder. It is always the published one; where the folder's {@code
   * chat_template.json} (or {@code .jinja}) says something else, a warning that names the file is
   * logged.
   *
   * @throws CheckpointException if that file is malformed
   */
  public static ChatTemplate forCheckpoint(Path checkpoint) {
    Path json = checkpoint.resolve("chat_template.json");
    Path file = Files.exists(json) ? json : checkpoint.resolve("chat_template.jinja");
    try {
      if (Files.exists(file) && !read(file).strip().equals(SOURCE.strip())) {
        logger.warn(
            "{} is not the published Qwen2.5-VL chat template; prompts follow the published one",
            file);
      }
    } catch (IOException e) {
      throw new CheckpointException("malformed " + file + ": " + e.getMessage(), e);
    }
    return PUBLISHED;
  }

  private static String read(Path file) throws IOException {
    return file.toString().endsWith(".json")
        ? new ObjectMapper().readTree(Files.readAllBytes(file)).path("chat_template").asText()
        : Files.readString(file);
  }

  /** Returns this template with or without the opening of the model's turn at the end. */
  public ChatTemplate withGenerationPrompt(boolean wanted) {
    return new ChatTemplate(wanted, visionIds);
  }

  /** Returns this template with or without a number before each picture and video. */
  public ChatTemplate withVisionIds(boolean wanted) {
    return new ChatTemplate(generationPrompt, wanted);
  }

  /**
   * Renders a chat. Neighbouring text is one segment, so that it is tokenised as a whole, as the
   * public implementation does.
   */
  public ImmutableList<Segment> render(List<Message> messages) {
    SegmentWriter out = new SegmentWriter();
    int images = 0;
    int videos = 0;
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      if (i == 0 && !message.role().equals("system")) {
        out.control(TURN_START).text("system\n" + DEFAULT_SYSTEM_PROMPT).control(TURN_END);
        out.text("\n");
      }
      out.control(TURN_START).text(message.role() + "\n");
      for (Part part : message.parts()) {
        if (part instanceof Part.Text text) {
          out.text(text.text());
        } else if (part.equals(Part.IMAGE)) {
          medium(out, "Picture ", ++images, IMAGE_PAD);
        } else {
          medium(out, "Video ", ++videos, VIDEO_PAD);
        }
      }
      out.control(TURN_END).text("\n");
    }
    if (generationPrompt) {
      out.control(TURN_START).text("assistant\n");
    }
    return out.segments();
  }

  /**
   * Renders a chat as one string, in which users' text can no longer be told from the template's.
   */
  public String renderText(List<Message> messages) {
    StringBuilder text = new StringBuilder();
    render(messages).forEach(segment -> text.append(segment.text()));
    return text.toString();
  }

  /** Returns the control token that stands for a picture or video. */
  static String placeholder(VisionInput.Kind kind) {
    return switch (kind) {
      case IMAGE -> IMAGE_PAD;
      case VIDEO -> VIDEO_PAD;
    };
  }

  private void medium(SegmentWriter out, String name, int number, String placeholder) {
    if (visionIds) {
      out.text(name + number + ": ");
    }
    out.control(VISION_START).control(placeholder).control(VISION_END);
  }
}
