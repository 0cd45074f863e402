package io.r1reward.train.scenes;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/** Draws questions about a scene. Not thread-safe: draws from its generator. */
final class ExerciseMaker {
  private static final List<String> PLAIN =
      List.of("I see %s.", "The picture shows %s.", "Looking closely, I can see %s.");

  private final Scene scene;
  private final Random random;
  private final Statements statements;

  ExerciseMaker(Scene scene, Random random, Statements statements) {
    this.scene = scene;
    this.random = random;
    this.statements = statements;
  }

  Exercise make() {
    if (scene.kind() == Scene.Kind.CHART) {
      return random.nextBoolean() ? height() : tallest();
    }
    return switch (random.nextInt(5)) {
      case 0 -> count();
      case 1 -> place();
      case 2 -> whatIsThere();
      default -> describe();
    };
  }

  private Exercise count() {
    Item item = Words.pick(random, scene.items());
    String thing = scene.kind() == Scene.Kind.DIGITS ? "digit" : "shape";
    return switch (random.nextInt(3)) {
      case 0 -> count(thing, other -> true);
      case 1 -> count(item.colour() + " " + thing, other -> other.colour() == item.colour());
      default ->
          scene.kind() == Scene.Kind.DIGITS
              ? count(thing, other -> true)
              : count(item.noun(), other -> other.noun().equals(item.noun()));
    };
  }

  private Exercise count(String name, Predicate<Item> counts) {
    int right = (int) scene.items().stream().filter(counts).count();
    return new Exercise(
        "How many " + Words.plural(name, 2) + " are there?",
        errors -> {
          int n = errors == 0 ? right : statements.wrongNumber(right);
          return List.of(new Check(Statements.counted(n, name), Statements.counted(right, name)));
        },
        1,
        List.of(
            "The answer is %s.",
            "There are %s.", "I count %s.", "Counting them one by one, I get %s."));
  }

  /**
   * Where something is that looks like nothing else; another question if there is no such thing.
   */
  private Exercise place() {
    List<Item> single =
        scene.items().stream()
            .filter(item -> scene.items().stream().filter(item::looksLike).count() == 1)
            .toList();
    if (single.isEmpty()) {
      return whatIsThere();
    }
    Item item = Words.pick(random, single);
    return new Exercise(
        "Where is the " + item.name() + "?",
        errors -> {
          int cell = errors == 0 ? item.cell() : statements.wrongCell(item.cell());
          return List.of(new Check(Scene.place(cell), Scene.place(item.cell())));
        },
        1,
        List.of("At the %s.", "It is at the %s.", "You can find it at the %s of the picture."));
  }

  private Exercise whatIsThere() {
    Item item = Words.pick(random, scene.items());
    return new Exercise(
        "What is at the " + Scene.place(item.cell()) + "?",
        errors -> List.of(named(item, errors)),
        1,
        List.of("It is %s.", "There is %s.", "At that place I can see %s."));
  }

  /** The thing's name, or one with the wrong colour or the wrong noun: half right. */
  private Check named(Item item, int errors) {
    String right = Words.article(item.name());
    if (errors == 0) {
      return new Check(right, right);
    }
    Item wrong =
        random.nextBoolean()
            ? new Item(item.noun(), statements.wrongColour(item.colour()), item.cell(), 0)
            : new Item(statements.wrongNoun(item.noun()), item.colour(), item.cell(), 0);
    return new Check(Words.article(wrong.name()), right);
  }

  private Exercise describe() {
    List<Item> some = new ArrayList<>(scene.items());
    Collections.shuffle(some, random);
    List<Item> told = some.subList(0, Math.min(some.size(), 2 + random.nextInt(2)));
    return new Exercise(
        "Describe the picture.",
        errors -> {
          List<Check> checks = new ArrayList<>();
          for (int i = 0; i < told.size(); i++) {
            checks.add(placed(told.get(i), i < errors));
          }
          Collections.shuffle(checks, random);
          return checks;
        },
        told.size(),
        PLAIN);
  }

  private Check placed(Item item, boolean wrong) {
    String right = placed(Words.article(item.name()), item.cell());
    if (!wrong) {
      return new Check(right, right);
    }
    int cell = statements.wrongCell(item.cell());
    String there =
        scene.items().stream()
            .filter(other -> other.cell() == cell)
            .map(other -> Words.article(other.name()))
            .findFirst()
            .orElse("nothing");
    if (random.nextInt(3) > 0 || there.equals(Words.article(item.name()))) {
      return new Check(placed(named(item, 1).words(), item.cell()), right);
    }
    return new Check(placed(Words.article(item.name()), cell), placed(there, cell));
  }

  private static String placed(String thing, int cell) {
    return thing + " at the " + Scene.place(cell);
  }

  private Exercise height() {
    Item bar = Words.pick(random, scene.items());
    return new Exercise(
        "How high is the " + bar.colour() + " bar?",
        errors -> {
          int height = errors == 0 ? bar.height() : statements.wrongHeight(bar.height());
          return List.of(new Check(Words.number(height), Words.number(bar.height())));
        },
        1,
        List.of(
            "The answer is %s.",
            "It is %s high.", "Its height is %s.", "Reading the chart, I get %s."));
  }

  private Exercise tallest() {
    int top = scene.items().stream().mapToInt(Item::height).max().orElse(0);
    List<Item> best = scene.items().stream().filter(bar -> bar.height() == top).toList();
    List<Item> rest = scene.items().stream().filter(bar -> bar.height() < top).toList();
    if (best.size() != 1 || rest.isEmpty()) {
      return height();
    }
    return new Exercise(
        "Which bar is the tallest?",
        errors -> {
          Item bar = errors == 0 ? best.get(0) : Words.pick(random, rest);
          return List.of(
              new Check("the " + bar.colour() + " bar", "the " + best.get(0).colour() + " bar"));
        },
        1,
        List.of("It is %s.", "In this chart, %s is the tallest.", "The answer is %s."));
  }
}
