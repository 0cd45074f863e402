package io.r1reward.onnx.export;

/** Hears how far an export is. Called on the exporting thread. */
@FunctionalInterface
public interface ExportProgress {

  /** Hears nothing. */
  ExportProgress SILENT = (done, total) -> {};

  /**
   * A piece is done.
   *
   * @param done bytes of the checkpoint that are exported
   * @param total bytes of the checkpoint
   */
  void onProgress(long done, long total);
}
