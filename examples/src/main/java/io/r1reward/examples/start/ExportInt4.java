package io.r1reward.examples.start;

import io.r1reward.PreferencePair;
import io.r1reward.RewardModel;
import io.r1reward.examples.EmbeddedJudge;
import io.r1reward.onnx.export.ExportOptions;
import io.r1reward.onnx.export.ExportProgress;
import io.r1reward.onnx.export.OnnxExporter;
import io.r1reward.onnx.export.Precision;
import java.io.IOException;
import java.nio.file.Path;

/** Exports a judge to ONNX with weights of four bits and judges with ONNX Runtime. */
public final class ExportInt4 {

  private ExportInt4() {}

  /**
   * Prints the engine that judges and its verdict.
   *
   * @param args the folder of a checkpoint; none for the demonstration judge in the jar
   * @throws IOException if the jar's files cannot be read or the export cannot be deleted
   */
  public static void main(String[] args) throws IOException {
    try (EmbeddedJudge embedded = EmbeddedJudge.unpack();
        TemporaryFolder folder = TemporaryFolder.make()) {
      export(args.length > 0 ? Path.of(args[0]) : embedded.folder(), folder.path().resolve("int4"));
    }
  }

  private static void export(Path checkpoint, Path output) throws IOException {
    ExportOptions options = ExportOptions.builder(Precision.INT4).build();
    OnnxExporter.export(checkpoint, output, options, ExportProgress.SILENT);
    PreferencePair pair =
        PreferencePair.builder()
            .question("How high is the orange bar?")
            .image(EmbeddedJudge.picture())
            .first("Its height is two.")
            .second("The answer is one. I also see the yellow bar is four high.")
            .build();
    try (RewardModel judge = RewardModel.load(output)) {
      System.out.println("Engine: " + judge.info().engine());
      System.out.println("Preferred: " + judge.score(pair).preferred());
    }
  }
}
