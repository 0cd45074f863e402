package io.r1reward.train.scenes;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Draws scenes. Stateless. */
final class SceneMaker {
  static final List<String> SHAPES =
      List.of("circle", "square", "triangle", "star", "diamond", "cross");
  static final int MAX_HEIGHT = 5;
  private static final int CELLS = 9;
  private static final int COLUMNS = 4;

  private SceneMaker() {}

  static Scene make(Random random, int minItems, int maxItems) {
    int kind = random.nextInt(10);
    int count = minItems + random.nextInt(maxItems - minItems + 1);
    if (kind < 6) {
      return things(random, Scene.Kind.SHAPES, count, SHAPES);
    }
    if (kind < 8) {
      List<String> digits = IntStream.range(0, 10).mapToObj(Words::number).toList();
      return things(random, Scene.Kind.DIGITS, Math.max(1, count - 1), digits);
    }
    return chart(random);
  }

  private static Scene things(Random random, Scene.Kind kind, int count, List<String> nouns) {
    List<Integer> cells = new ArrayList<>(IntStream.range(0, CELLS).boxed().toList());
    Collections.shuffle(cells, random);
    // few different nouns and colours per picture, so that counting and confusing are worth while
    List<String> usedNouns = someOf(random, nouns, 2 + random.nextInt(2));
    List<Colour> usedColours = someOf(random, List.of(Colour.values()), 2 + random.nextInt(2));
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(
          new Item(
              Words.pick(random, usedNouns), Words.pick(random, usedColours), cells.get(i), 0));
    }
    items.sort(Comparator.comparingInt(Item::cell));
    return new Scene(kind, ImmutableList.copyOf(items));
  }

  private static Scene chart(Random random) {
    int columns = 3 + random.nextInt(COLUMNS - 2);
    List<Colour> colours = someOf(random, List.of(Colour.values()), columns);
    List<Item> bars = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      bars.add(new Item("bar", colours.get(i), i, 1 + random.nextInt(MAX_HEIGHT)));
    }
    return new Scene(Scene.Kind.CHART, ImmutableList.copyOf(bars));
  }

  private static <T> List<T> someOf(Random random, List<T> from, int count) {
    List<T> shuffled = new ArrayList<>(from);
    Collections.shuffle(shuffled, random);
    return shuffled.subList(0, Math.min(count, shuffled.size()));
  }
}
