package io.r1reward.core.model.qwen3_vl;

import com.google.common.hash.Hashing;
import io.r1reward.InvalidInputException;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.text.ChatTemplate;
import io.r1reward.core.text.Message;
import io.r1reward.core.text.Segment;
import io.r1reward.core.text.SegmentWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The published chat template of Qwen3-VL, tools aside. There is no default system prompt; a system
 * message counts as the first one alone and without its media, later ones and messages of unknown
 * roles are left out; results of tools that follow each other are one turn of the user.
 *
 * <p>A video becomes one medium per time step, {@code <1.2 seconds>} before it: the mean time of
 * the step's frames with one decimal, halves to even, as Python prints it. Immutable and
 * thread-safe.
 */
final class Qwen3Chat extends ChatTemplate {
  static final Qwen3Chat PUBLISHED = new Qwen3Chat(true, false);

  /** SHA-256 of the template's text, white space around it aside. */
  private static final String DIGEST =
      "9d879ef91075acbfb2df7e441fd79d60bacfca989cf6d511d2af45c681e94f10";

  private Qwen3Chat(boolean generationPrompt, boolean visionIds) {
    super(generationPrompt, visionIds);
  }

  @Override
  protected ChatTemplate with(boolean newGenerationPrompt, boolean newVisionIds) {
    return new Qwen3Chat(newGenerationPrompt, newVisionIds);
  }

  @Override
  protected String models() {
    return "Qwen3-VL";
  }

  @Override
  protected boolean isPublished(String source) {
    return Hashing.sha256().hashString(source, StandardCharsets.UTF_8).toString().equals(DIGEST);
  }

  @Override
  protected void turns(List<Message> messages, SegmentWriter out, MediaWriter media) {
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      switch (message.role()) {
        case "system" -> {
          if (i == 0) {
            out.control(TURN_START).text("system\n");
            media.texts(message);
            out.control(TURN_END).text("\n");
          }
        }
        case "user" -> {
          out.control(TURN_START).text("user\n");
          media.parts(message);
          out.control(TURN_END).text("\n");
        }
        case "assistant" -> {
          out.control(TURN_START).text("assistant\n");
          media.texts(message);
          out.control(TURN_END).text("\n");
        }
        case "tool" -> {
          if (i == 0 || !messages.get(i - 1).role().equals("tool")) {
            out.control(TURN_START).text("user");
          }
          out.text("\n<tool_response>\n");
          media.parts(message);
          out.text("\n</tool_response>");
          if (i + 1 == messages.size() || !messages.get(i + 1).role().equals("tool")) {
            out.control(TURN_END).text("\n");
          }
        }
        default -> {
          // left out, as the template does
        }
      }
    }
  }

  @Override
  public boolean writesTimes() {
    return true;
  }

  @Override
  public List<Segment> place(List<Segment> segments, List<VisionInput> vision) {
    SegmentWriter out = new SegmentWriter();
    int medium = 0;
    for (int i = 0; i < segments.size(); i++) {
      Segment segment = segments.get(i);
      if (segment instanceof Segment.Text) {
        out.text(segment.text());
        continue;
      }
      boolean pad = segment.text().equals(IMAGE_PAD) || segment.text().equals(VIDEO_PAD);
      boolean opensVideo =
          segment.text().equals(VISION_START)
              && segments.get(i + 1).text().equals(VIDEO_PAD)
              && medium < vision.size()
              && vision.get(medium).kind() == VisionInput.Kind.VIDEO;
      if (opensVideo) {
        steps(vision.get(medium++), out);
        i += 2; // the placeholder and what closes it
        continue;
      }
      if (pad) {
        medium++;
      }
      out.control(segment.text());
    }
    return out.segments();
  }

  private static void steps(VisionInput video, SegmentWriter out) {
    if (video.seconds().size() != video.gridT()) {
      throw new InvalidInputException(
          "a video of "
              + video.gridT()
              + " time steps has "
              + video.seconds().size()
              + " times, expected one for each");
    }
    for (int t = 0; t < video.gridT(); t++) {
      out.text("<" + oneDecimal(video.seconds().get(t)) + " seconds>");
      out.control(VISION_START).control(VIDEO_PAD).control(VISION_END);
    }
  }

  /** Rounds the exact value of a double, halves to even. */
  static String oneDecimal(double seconds) {
    return new BigDecimal(seconds).setScale(1, RoundingMode.HALF_EVEN).toPlainString();
  }
}
