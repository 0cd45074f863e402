package io.r1reward.train.scenes;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes true and false statements about a scene. Not thread-safe: draws from its generator. */
final class Statements {
  private final Scene scene;
  private final Random random;

  Statements(Scene scene, Random random) {
    this.scene = scene;
    this.random = random;
  }

  /** "two red stars", "one bar". */
  static String counted(int n, String name) {
    return Words.number(n) + " " + Words.plural(name, n);
  }

  /** Returns a number next to the right one, in [0, 9]. */
  int wrongNumber(int right) {
    int off = random.nextInt(3) == 0 ? 2 : 1;
    int wrong = random.nextBoolean() ? right + off : right - off;
    return wrong < 0 || wrong > 9 ? right + (wrong < 0 ? off : -off) : wrong;
  }

  /** Returns another colour, half of the time one that is in the picture. */
  Colour wrongColour(Colour right) {
    List<Colour> near = new ArrayList<>(scene.items().stream().map(Item::colour).toList());
    near.removeIf(colour -> colour == right);
    if (!near.isEmpty() && random.nextBoolean()) {
      return Words.pick(random, near);
    }
    List<Colour> all = new ArrayList<>(List.of(Colour.values()));
    all.remove(right);
    return Words.pick(random, all);
  }

  /** Returns another noun of the same kind, half of the time one that is in the picture. */
  String wrongNoun(String right) {
    List<String> near = new ArrayList<>(scene.items().stream().map(Item::noun).toList());
    near.removeIf(noun -> noun.equals(right));
    if (!near.isEmpty() && random.nextBoolean()) {
      return Words.pick(random, near);
    }
    List<String> all = new ArrayList<>(SceneMaker.SHAPES);
    if (scene.kind() == Scene.Kind.DIGITS) {
      all.clear();
      for (int digit = 0; digit < 10; digit++) {
        all.add(Words.number(digit));
      }
    }
    all.remove(right);
    return Words.pick(random, all);
  }

  /** Returns another cell, half of the time one where something else is. */
  int wrongCell(int right) {
    List<Integer> near = new ArrayList<>(scene.items().stream().map(Item::cell).toList());
    near.removeIf(cell -> cell == right);
    if (!near.isEmpty() && random.nextBoolean()) {
      return Words.pick(random, near);
    }
    return (right + 1 + random.nextInt(8)) % 9;
  }

  /** A statement about something that the question did not ask for. */
  Check extra(boolean holds) {
    Item item = Words.pick(random, scene.items());
    if (scene.kind() == Scene.Kind.CHART) {
      int height = holds ? item.height() : wrongHeight(item.height());
      return new Check(high(item, height), high(item, item.height()));
    }
    String name = Words.article(holds ? item.name() : absent(item));
    return new Check(name, holds ? name : Check.ABSENT);
  }

  private static String high(Item bar, int height) {
    return "the " + bar.colour() + " bar is " + Words.number(height) + " high";
  }

  int wrongHeight(int right) {
    int wrong = wrongNumber(right);
    return wrong < 1 || wrong > SceneMaker.MAX_HEIGHT ? (right == 1 ? 2 : right - 1) : wrong;
  }

  /** Returns the name of a thing that is not in the picture but close to one that is. */
  String absent(Item like) {
    while (true) {
      Item wrong =
          random.nextBoolean()
              ? new Item(like.noun(), wrongColour(like.colour()), like.cell(), 0)
              : new Item(wrongNoun(like.noun()), like.colour(), like.cell(), 0);
      if (scene.items().stream().noneMatch(wrong::looksLike)) {
        return wrong.name();
      }
    }
  }
}
