package io.r1reward.examples.train;

import com.google.common.collect.ImmutableList;
import io.r1reward.InvalidInputException;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.scenes.SceneTask;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;

/**
 * A part of the cold start: how many things its pictures show, and for how many steps.
 *
 * @param fewest things in a picture
 * @param most things in a picture
 * @param steps optimiser steps
 */
record CurriculumStage(int fewest, int most, long steps) {
  /** Between the seeds of stages with the same pictures. */
  private static final long SEED_STEP = 100;

  /** Reads {@code 3:500} or {@code 1-4:500}. */
  static final class Converter implements ITypeConverter<CurriculumStage> {
    private static final Pattern FORM = Pattern.compile("([1-9])(?:-([1-9]))?:([1-9]\\d{0,8})");

    @Override
    public CurriculumStage convert(String text) {
      Matcher parts = FORM.matcher(text);
      if (!parts.matches()) {
        throw new InvalidInputException(
            "'" + text + "' is no stage; expected THINGS:STEPS such as 3:500 or 1-4:500");
      }
      String most = parts.group(2) == null ? parts.group(1) : parts.group(2);
      return new CurriculumStage(
          Integer.parseInt(parts.group(1)), Integer.parseInt(most), Long.parseLong(parts.group(3)));
    }
  }

  /** Checks the ranges. */
  CurriculumStage {
    task(fewest, most);
  }

  private static SceneTask task(int fewest, int most) {
    return new SceneTask(SceneTask.DEFAULT.size(), fewest, most, SceneTask.DEFAULT.heldOutShare());
  }

  static long steps(List<CurriculumStage> stages) {
    return stages.stream().mapToLong(CurriculumStage::steps).sum();
  }

  /** One stage after the other; pictures that come again in a later stage are other ones. */
  static PreferenceDataset samples(List<CurriculumStage> stages, long seed, int batch) {
    PreferenceDataset all = PreferenceDataset.of(ImmutableList.of());
    Map<SceneTask, Long> seeds = new HashMap<>();
    for (CurriculumStage stage : stages) {
      SceneTask task = task(stage.fewest, stage.most);
      long mine = seeds.merge(task, seed, (last, first) -> last + SEED_STEP);
      all = all.then(task.training(mine).limit(stage.steps * batch));
    }
    return all;
  }
}
