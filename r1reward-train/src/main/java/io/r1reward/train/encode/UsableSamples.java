package io.r1reward.train.encode;

import io.r1reward.InvalidInputException;
import io.r1reward.core.generate.Prompt;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.data.SampleCursor;
import io.r1reward.train.model.TrainingRow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Draws samples that can be encoded and fit into the model's context. In place of one that cannot
 * comes the data set's next, so that what a run learns from depends on the data and the position
 * alone, before and behind a checkpoint. Not thread-safe.
 *
 * @param cursor of the data set
 * @param encoder of the model's checkpoint
 * @param context most tokens of prompt and completion together
 */
public record UsableSamples(SampleCursor cursor, SampleEncoder encoder, int context) {

  /**
   * Draws prompts.
   *
   * @param maxNewTokens room for the completion
   * @throws InvalidInputException if too many samples had to be left out
   */
  public List<EncodedSample<Prompt>> prompts(int count, int maxNewTokens) {
    return draw(
        count,
        sample -> {
          Prompt prompt = encoder.prompt(sample.pair());
          requireRoom(prompt.length(), maxNewTokens);
          return prompt;
        });
  }

  /**
   * Draws rows that teach a judgement.
   *
   * @throws InvalidInputException if too many samples had to be left out
   */
  public List<TrainingRow> judgements(int count) {
    return draw(
            count,
            sample -> {
              TrainingRow row = encoder.judgementRow(sample);
              requireRoom(row.length() - row.targets(), row.targets());
              return row;
            })
        .stream()
        .map(EncodedSample::value)
        .toList();
  }

  /**
   * Draws pairs as two chats each, which end with a response.
   *
   * @throws InvalidInputException if too many samples had to be left out
   */
  public List<EncodedSample<List<TrainingRow>>> chats(int count) {
    return draw(
        count,
        sample -> {
          List<TrainingRow> rows = encoder.chatRows(sample.pair());
          rows.forEach(row -> requireRoom(row.length(), 0));
          return rows;
        });
  }

  private <T> List<EncodedSample<T>> draw(int count, Function<PreferenceSample, T> encoding) {
    List<EncodedSample<T>> drawn = new ArrayList<>();
    while (drawn.size() < count) {
      PreferenceSample sample = cursor.next();
      try {
        drawn.add(new EncodedSample<>(sample, encoding.apply(sample)));
      } catch (InvalidInputException e) {
        cursor.skip(sample, e);
      }
    }
    return drawn;
  }

  private void requireRoom(int prompt, int completion) {
    if ((long) prompt + completion > context) {
      throw new InvalidInputException(
          "the prompt of %d tokens and a completion of %d do not fit into the model's context of %d"
              .formatted(prompt, completion, context));
    }
  }
}
