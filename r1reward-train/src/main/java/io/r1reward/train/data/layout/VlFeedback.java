package io.r1reward.train.data.layout;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * Several rated responses to one question. Immutable.
 *
 * @param all whether to give all pairs with different ratings, not the best and the worst alone
 */
record VlFeedback(boolean all) implements RecordConverter {

  @Override
  public List<ObjectNode> pairs(ObjectNode record, String otherwise, PictureStore pictures)
      throws IOException {
    String id = Objects.requireNonNullElse(Fields.textOrNull(record, "id"), otherwise);
    String question =
        Fields.notBlank(Placeholders.removed(Fields.text(record, "prompt")), "prompt");
    List<RatedResponse[]> chosen = choose(ranked(record));
    ObjectNode media = Pictures.read(record, pictures, "image", "img_path");
    PairNode pair = PairNode.of(record, id, question, media, "VLFeedback");
    return chosen.stream().map(both -> line(pair, both[0], both[1])).toList();
  }

  /** The best first; of equal ones the first in the record. */
  private static List<RatedResponse> ranked(ObjectNode record) {
    List<RatedResponse> rated = RatedResponse.read(Fields.needed(record, "completions"));
    if (rated.size() < 2) {
      throw new DroppedRecordException(
          DropReason.NO_RATING, rated.size() + " completions have all three ratings, 2 are needed");
    }
    return rated.stream().sorted(Comparator.comparing(RatedResponse::sum).reversed()).toList();
  }

  private List<RatedResponse[]> choose(List<RatedResponse> ranked) {
    RatedResponse best = ranked.get(0);
    RatedResponse worst = ranked.get(ranked.size() - 1);
    if (best.sum().compareTo(worst.sum()) == 0) {
      throw new DroppedRecordException(
          DropReason.TIE,
          "all %d rated completions have a mean of %s".formatted(ranked.size(), best.mean()));
    }
    List<RatedResponse[]> pairs = new ArrayList<>();
    for (int i = 0; i < ranked.size(); i++) {
      for (int j = i + 1; j < ranked.size(); j++) {
        RatedResponse better = ranked.get(i);
        RatedResponse worse = ranked.get(j);
        if ((all || (i == 0 && j == ranked.size() - 1))
            && better.sum().compareTo(worse.sum()) > 0
            && !PairNode.same(better.text(), worse.text())) {
          pairs.add(new RatedResponse[] {better, worse});
        }
      }
    }
    if (pairs.isEmpty()) {
      throw new DroppedRecordException(
          DropReason.SAME_TEXT, "completions with different ratings are the same text");
    }
    return pairs;
  }

  private static ObjectNode line(PairNode pair, RatedResponse better, RatedResponse worse) {
    return pair.with("chosen_model", better.model())
        .with("rejected_model", worse.model())
        .with("chosen_rating", better.mean())
        .with("rejected_rating", worse.mean())
        .pair(better.text(), worse.text());
  }
}
