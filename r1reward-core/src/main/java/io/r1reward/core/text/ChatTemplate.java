package io.r1reward.core.text;

import com.google.common.collect.ImmutableSet;
import io.r1reward.CheckpointException;
import io.r1reward.core.generate.VisionInput;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The published chat template of a family of models, written in Java. Every turn stands between
 * {@code <|im_start|>role\n} and {@code <|im_end|>\n}; a picture is written as {@code
 * <|vision_start|><|image_pad|><|vision_end|>}, a video with {@code <|video_pad|>}.
 *
 * <p>Two switches, as in the templates:
 *
 * <ul>
 *   <li>generation prompt: ends with {@code <|im_start|>assistant\n}; default on
 *   <li>vision ids: writes {@code Picture 1: } or {@code Video 1: } before each medium, counted
 *       over the whole chat; default off
 * </ul>
 *
 * <p>Immutable and thread-safe.
 */
public abstract class ChatTemplate {
  /** Begins a turn. */
  protected static final String TURN_START = "<|im_start|>";

  /** Ends a turn. */
  protected static final String TURN_END = "<|im_end|>";

  /** Stands before the placeholders of a medium. */
  protected static final String VISION_START = "<|vision_start|>";

  /** Stands behind the placeholders of a medium. */
  protected static final String VISION_END = "<|vision_end|>";

  /** Stands for a picture. */
  protected static final String IMAGE_PAD = "<|image_pad|>";

  /** Stands for a video. */
  protected static final String VIDEO_PAD = "<|video_pad|>";

  /** Every control token that {@link #render} writes. */
  static final ImmutableSet<String> CONTROL_TOKENS =
      ImmutableSet.of(TURN_START, TURN_END, VISION_START, VISION_END, IMAGE_PAD, VIDEO_PAD);

  private static final Logger logger = LoggerFactory.getLogger(ChatTemplate.class);

  private final boolean generationPrompt;
  private final boolean visionIds;

  /** A template with its switches. */
  protected ChatTemplate(boolean generationPrompt, boolean visionIds) {
    this.generationPrompt = generationPrompt;
    this.visionIds = visionIds;
  }

  /** Returns the same template with other switches. */
  protected abstract ChatTemplate with(boolean newGenerationPrompt, boolean newVisionIds);

  /** Returns the name of the models whose template it is. */
  protected abstract String models();

  /** Says whether a text (Jinja) is the published template, white space around it aside. */
  protected abstract boolean isPublished(String source);

  /** Writes the turns of a chat. */
  protected abstract void turns(List<Message> messages, SegmentWriter out, MediaWriter media);

  /**
   * Says whether every time step of a video has placeholders of its own, behind the text of its
   * time, see {@link #place}.
   */
  public boolean writesTimes() {
    return false;
  }

  /**
   * Puts what media need around their placeholders, where a family writes more than the template
   * does.
   *
   * @param segments a rendered chat
   * @param vision its pictures and videos in order; fewer or more are the caller's to refuse
   */
  public List<Segment> place(List<Segment> segments, List<VisionInput> vision) {
    return segments;
  }

  /** Returns this template with or without the opening of the model's turn at the end. */
  public final ChatTemplate withGenerationPrompt(boolean wanted) {
    return with(wanted, visionIds);
  }

  /** Returns this template with or without a number before each picture and video. */
  public final ChatTemplate withVisionIds(boolean wanted) {
    return with(generationPrompt, wanted);
  }

  /**
   * Looks at the templates of a checkpoint folder. This one holds; where one of the folder's files
   * says something else, {@code chat_template.jinja} or {@code .json}, {@code
   * processor_config.json} or {@code tokenizer_config.json}, a warning that names the file is
   * logged.
   *
   * @return this template
   * @throws CheckpointException if such a file is malformed
   */
  public final ChatTemplate comparedWith(Path checkpoint) {
    for (Map.Entry<String, String> found : TemplateFiles.in(checkpoint).entries()) {
      if (!isPublished(found.getValue().strip())) {
        logger.warn(
            "{} is not the published {} chat template; prompts follow the published one",
            found.getKey(),
            models());
      }
    }
    return this;
  }

  /**
   * Renders a chat. Neighbouring text is one segment, so that it is tokenised as a whole, as the
   * public implementation does.
   */
  public final List<Segment> render(List<Message> messages) {
    SegmentWriter out = new SegmentWriter();
    turns(messages, out, new MediaWriter(out, visionIds));
    if (generationPrompt) {
      out.control(TURN_START).text("assistant\n");
    }
    return out.segments();
  }

  /**
   * Renders a chat as one string, in which users' text can no longer be told from the template's.
   */
  public final String renderText(List<Message> messages) {
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

  /** Writes the parts of messages and counts their media. Not thread-safe. */
  protected static final class MediaWriter {
    private final SegmentWriter out;
    private final boolean visionIds;
    private int images;
    private int videos;

    private MediaWriter(SegmentWriter out, boolean visionIds) {
      this.out = out;
      this.visionIds = visionIds;
    }

    /** Writes text and media. */
    public void parts(Message message) {
      for (Part part : message.parts()) {
        if (part instanceof Part.Text text) {
          out.text(text.text());
        } else if (part.equals(Part.IMAGE)) {
          medium("Picture ", ++images, IMAGE_PAD);
        } else {
          medium("Video ", ++videos, VIDEO_PAD);
        }
      }
    }

    /** Writes text alone. */
    public void texts(Message message) {
      for (Part part : message.parts()) {
        if (part instanceof Part.Text text) {
          out.text(text.text());
        }
      }
    }

    private void medium(String name, int number, String placeholder) {
      if (visionIds) {
        out.text(name + number + ": ");
      }
      out.control(VISION_START).control(placeholder).control(VISION_END);
    }
  }
}
