package io.r1reward.examples;

import io.r1reward.core.hub.HubDownload;
import io.r1reward.core.hub.HubListener;
import io.r1reward.examples.results.Progress;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Brings a checkpoint of the Hugging Face hub into its cache on this machine. */
@Command(
    name = "download",
    mixinStandardHelpOptions = true,
    description = {
      "Brings a checkpoint of the Hugging Face hub into the cache that Python's huggingface_hub"
          + " uses, and prints its folder.",
      "What is there is not fetched again, and what was stopped goes on where it ended. HF_TOKEN"
          + " opens gated repositories."
    })
final class DownloadCommand implements Callable<Integer> {
  private static final String HUB = "hf:";

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "OWNER/NAME[@REVISION]",
      description = "Repository at a branch, a tag or a commit; default: main.")
  private String name;

  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      description = "Where the hub is; default: HF_ENDPOINT, else https://huggingface.co.")
  private @Nullable String endpoint;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "Folder of the cache; default: HF_HUB_CACHE, else ~/.cache/huggingface/hub.")
  private @Nullable Path cache;

  @Option(
      names = "--offline",
      description = "Send nothing: print the folder if the cache has all that it needs.")
  private boolean offline;

  @Option(
      names = "--include",
      paramLabel = "GLOB",
      description =
          "Names of files that are fetched, in place of what a judge needs; may be repeated. A *"
              + " stays in one folder, ** does not. Default: *.json, *.txt, *.jinja, *.safetensors"
              + " and ONNX graphs.")
  private List<String> include = List.of();

  @Override
  public Integer call() {
    HubDownload.Builder download =
        HubDownload.builder(name.startsWith(HUB) ? name.substring(HUB.length()) : name);
    if (endpoint != null) {
      download.endpoint(endpoint);
    }
    if (cache != null) {
      download.cache(cache);
    }
    if (offline) {
      download.offline(true);
    }
    if (!include.isEmpty()) {
      download.files(include);
    }
    try (Megabytes progress = new Megabytes()) {
      Path folder = download.listener(progress).build().run();
      PrintWriter out = spec.commandLine().getOut();
      out.println(folder);
      out.flush();
    }
    return ExitCodes.DONE;
  }

  /** Shows nothing before the first byte: where all is there, there is nothing to show. */
  private static final class Megabytes implements HubListener, AutoCloseable {
    private static final long MEGABYTE = 1_000_000;

    private @Nullable Progress shown;

    @Override
    public void progress(String file, long done, long total) {
      if (shown == null) {
        shown = Progress.of("download", "MB", done / MEGABYTE, total / MEGABYTE);
      }
      shown.stepTo(done / MEGABYTE);
    }

    @Override
    public void close() {
      if (shown != null) {
        shown.close();
      }
    }
  }
}
