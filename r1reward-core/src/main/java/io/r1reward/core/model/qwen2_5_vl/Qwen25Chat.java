package io.r1reward.core.model.qwen2_5_vl;

import io.r1reward.core.text.ChatTemplate;
import io.r1reward.core.text.Message;
import io.r1reward.core.text.SegmentWriter;
import java.util.List;

/**
 * The published chat template of Qwen2.5-VL; {@link #SOURCE} is its text. A chat whose first
 * message is no system prompt begins with the default one, {@value #DEFAULT_SYSTEM_PROMPT} (The
 * reference renderings, made with version 4.50 of the public implementation, lack vision ids even
 * where the option was set; its template has them.) Immutable and thread-safe.
 */
public final class Qwen25Chat extends ChatTemplate {

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

  private static final Qwen25Chat PUBLISHED = new Qwen25Chat(true, false);

  private Qwen25Chat(boolean generationPrompt, boolean visionIds) {
    super(generationPrompt, visionIds);
  }

  /** The published template, with a generation prompt and without vision ids. */
  public static ChatTemplate published() {
    return PUBLISHED;
  }

  @Override
  protected ChatTemplate with(boolean newGenerationPrompt, boolean newVisionIds) {
    return new Qwen25Chat(newGenerationPrompt, newVisionIds);
  }

  @Override
  protected String models() {
    return "Qwen2.5-VL";
  }

  @Override
  protected boolean isPublished(String source) {
    return source.equals(SOURCE.strip());
  }

  @Override
  protected void turns(List<Message> messages, SegmentWriter out, MediaWriter media) {
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      if (i == 0 && !message.role().equals("system")) {
        out.control(TURN_START).text("system\n" + DEFAULT_SYSTEM_PROMPT).control(TURN_END);
        out.text("\n");
      }
      out.control(TURN_START).text(message.role() + "\n");
      media.parts(message);
      out.control(TURN_END).text("\n");
    }
  }
}
