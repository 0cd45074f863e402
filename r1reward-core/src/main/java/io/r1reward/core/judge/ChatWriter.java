package io.r1reward.core.judge;

import com.google.common.collect.ImmutableList;
import io.r1reward.Media;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.text.Message;
import io.r1reward.core.text.PromptEncoder;
import java.util.List;

/**
 * Writes chats about the same media as prompts; one whose text cannot fit is refused before media
 * are read. Thread-safe.
 */
record ChatWriter(PromptEncoder encoder, SharedMedia media, Generator generator) {

  List<Prompt> write(List<List<Message>> chats, List<Media> pictures, SharedMedia.Count count) {
    chats.forEach(chat -> encoder.requireRoom(chat, generator.info().contextLength()));
    ImmutableList<VisionInput> vision = media.process(pictures, count);
    return chats.stream()
        .map(chat -> encoder.encode(chat, vision))
        .collect(ImmutableList.toImmutableList());
  }
}
