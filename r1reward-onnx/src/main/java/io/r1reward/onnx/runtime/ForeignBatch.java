package io.r1reward.onnx.runtime;

import io.r1reward.core.generate.DecodeBatch;
import io.r1reward.core.generate.DecoderEngine.PromptState;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.TokenSampler;
import io.r1reward.core.model.TextConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Rows that are decoded over foreign graphs. Whether such a graph wants shorter rows filled up on
 * the left or on the right cannot be seen from outside, so only rows of equal length are decoded
 * together; for the votes of one prompt that is all of them. Not thread-safe.
 */
final class ForeignBatch implements DecodeBatch {
  private static final float[] NO_FEATURES = {};

  private final TextConfig config;
  private final ForeignGraphs graphs;
  private final int capacity;
  private final TokenSampler sampler;
  private final List<Member> members = new ArrayList<>();
  private final List<Group> groups = new ArrayList<>();

  /** Rows of equal length over one cache; a row's place is its index. */
  private static final class Group {
    final StackedCache cache;
    List<Member> members = new ArrayList<>();

    Group(StackedCache cache) {
      this.cache = cache;
    }
  }

  /** A row, and where its keys and values are. */
  private static final class Member {
    final BatchRow row;
    Group group;
    float[] logits;

    Member(BatchRow row, Group group, float[] logits) {
      this.row = row;
      this.group = group;
      this.logits = logits;
    }

    StackedCache.Place place() {
      return new StackedCache.Place(group.cache, group.members.indexOf(this));
    }
  }

  ForeignBatch(TextConfig config, ForeignGraphs graphs, int capacity) {
    this.config = config;
    this.graphs = graphs;
    this.capacity = capacity;
    this.sampler = new TokenSampler(config.vocabularySize());
  }

  @Override
  public int rows() {
    return members.size();
  }

  @Override
  public void add(PromptState state, Decoding decoding, int[] watched) {
    if (members.size() == capacity) {
      throw new IllegalStateException("the batch has " + capacity + " rows, all in use");
    }
    ForeignEngine.ForeignState prompt = (ForeignEngine.ForeignState) state;
    BatchRow row =
        new BatchRow(prompt.prompt(), prompt.delta(), decoding, watched, config.vocabularySize());
    Group alone = new Group(graphs.newCache(1));
    alone.cache.take(List.of(new StackedCache.Place(prompt.cache(), 0)));
    Member member = new Member(row, alone, prompt.logits());
    alone.members.add(member);
    groups.add(alone);
    members.add(member);
  }

  @Override
  public void remove(int row) {
    Member removed = members.get(row);
    int last = members.size() - 1;
    members.set(row, members.get(last));
    members.remove(last);
    Group group = removed.group;
    List<Member> rest = group.members.stream().filter(each -> each != removed).toList();
    if (rest.isEmpty()) {
      groups.remove(group);
      group.cache.close();
    } else {
      group.cache.take(rest.stream().map(Member::place).toList());
      group.members = new ArrayList<>(rest);
    }
  }

  @Override
  public Step step(double[] uniforms) {
    merge();
    groups.forEach(this::decode);
    int count = members.size();
    int[] tokens = new int[count];
    float[] logProbabilities = new float[count];
    float[][] watched = new float[count][];
    for (int i = 0; i < count; i++) {
      Member member = members.get(i);
      TokenSampler.Choice choice = member.row.choose(sampler, member.logits, 0, uniforms[i]);
      tokens[i] = choice.token();
      logProbabilities[i] = choice.logProbability();
      watched[i] = choice.watched();
    }
    return new Step(tokens, logProbabilities, watched);
  }

  /** Runs the decoder over the last tokens of a group; rows without one wait for their first. */
  private void decode(Group group) {
    if (group.members.get(0).row.isFresh()) {
      return;
    }
    int count = group.members.size();
    int[] tokens = new int[count];
    long[] positions = new long[3 * count]; // [3, rows, 1]
    for (int i = 0; i < count; i++) {
      BatchRow row = group.members.get(i).row;
      tokens[i] = row.lastToken();
      for (int axis = 0; axis < 3; axis++) {
        positions[axis * count + i] = row.position();
      }
    }
    float[] embeddings = graphs.embeddings(tokens, count, NO_FEATURES); // [rows, 1, hidden]
    float[] logits = graphs.decode(embeddings, positions, group.cache); // [rows, vocabulary]
    int vocabulary = config.vocabularySize();
    for (int i = 0; i < count; i++) {
      Member member = group.members.get(i);
      member.logits = new float[vocabulary];
      System.arraycopy(logits, i * vocabulary, member.logits, 0, vocabulary);
      member.row.grow();
    }
  }

  /** Puts groups of equal length together that have both begun. */
  private void merge() {
    Map<Integer, List<Group>> byLength =
        groups.stream()
            .filter(group -> !group.members.get(0).row.isFresh())
            .collect(
                Collectors.groupingBy(
                    group -> group.cache.length(), TreeMap::new, Collectors.toList()));
    for (List<Group> equal : byLength.values()) {
      if (equal.size() == 1) {
        continue;
      }
      List<Member> all = equal.stream().flatMap(group -> group.members.stream()).toList();
      Group merged = equal.get(0);
      merged.cache.take(all.stream().map(Member::place).toList());
      for (Group other : equal.subList(1, equal.size())) {
        other.cache.close();
        groups.remove(other);
      }
      merged.members = new ArrayList<>(all);
      all.forEach(member -> member.group = merged);
    }
  }

  @Override
  public void close() {
    groups.forEach(group -> group.cache.close());
  }
}
