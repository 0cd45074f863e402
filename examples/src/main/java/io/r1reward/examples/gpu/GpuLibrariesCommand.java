package io.r1reward.examples.gpu;

import io.r1reward.examples.ExitCodes;
import io.r1reward.examples.UsageException;
import io.r1reward.examples.results.OutputLock;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Unpacks PyTorch's libraries for NVIDIA cards out of the jar that Maven has fetched. */
@Command(
    name = "gpu-libraries",
    mixinStandardHelpOptions = true,
    description = {
      "Unpacks PyTorch's libraries for NVIDIA cards (Linux, x86-64) out of the jar of"
          + " org.bytedeco:pytorch that Maven has fetched, and prints the environment variables that"
          + " make this library use them.",
      "It fetches nothing. What is there and whole is not unpacked again. CUDA's own libraries are"
          + " not in the jar: those that are wanted are printed, too."
    })
public final class GpuLibrariesCommand implements Callable<Integer> {
  /** What every Linux has. */
  private static final Pattern SYSTEM =
      Pattern.compile("(ld-linux.*|lib(c|m|dl|rt|pthread|gcc_s|stdc\\+\\+))\\.so.*");

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "Folder that the libraries go to.")
  private Path folder;

  @Option(
      names = "--jar",
      paramLabel = "FILE",
      description =
          "Jar with the libraries; default: the one in Maven's local repository (java"
              + " -Dmaven.repo.local=DIR, else of ~/.m2/settings.xml, else ~/.m2/repository).")
  private @Nullable Path jar;

  @Override
  @SuppressWarnings("try") // the lock is only held
  public Integer call() throws IOException {
    if (jar != null && !Files.isRegularFile(jar)) {
      throw new UsageException("--jar " + jar + " is no file");
    }
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new UsageException("DIR " + folder + " is no folder");
    }
    Path from = jar == null ? MavenRepository.local().pytorch() : jar;
    Path to = folder.toAbsolutePath().normalize();
    PrintWriter out = spec.commandLine().getOut();
    Set<String> wanted;
    try (LibraryJar libraries = LibraryJar.open(from)) {
      Files.createDirectories(to);
      try (OutputLock unused = OutputLock.take(to.resolve(LibraryFolder.SUMS), "DIR")) {
        int unpacked = new LibraryFolder(to).unpack(libraries);
        wanted = wanted(to, libraries);
        out.printf(
            "# %d libraries unpacked, %d were there; hashes in %s%n",
            unpacked, libraries.libraries().size() - unpacked, to.resolve(LibraryFolder.SUMS));
      }
    }
    out.println("export PYTORCH_LIBRARY_PATH='" + to.toString().replace("'", "'\\''") + "'");
    out.println("export PYTORCH_VERSION=" + LibraryJar.PYTORCH);
    out.println("export PYTORCH_FLAVOR=cu128");
    printWanted(out, wanted);
    out.flush();
    return ExitCodes.DONE;
  }

  private static Set<String> wanted(Path folder, LibraryJar jar) throws IOException {
    Set<String> wanted = new TreeSet<>();
    for (String name : jar.libraries().keySet()) {
      wanted.addAll(ElfNeeds.of(folder.resolve(name)));
    }
    wanted.removeAll(jar.libraries().keySet());
    wanted.removeIf(name -> SYSTEM.matcher(name).matches());
    return wanted;
  }

  private static void printWanted(PrintWriter out, Set<String> wanted) {
    Map<String, List<String>> origins =
        wanted.stream()
            .collect(
                Collectors.groupingBy(
                    GpuLibrariesCommand::origin, TreeMap::new, Collectors.toList()));
    if (!origins.isEmpty()) {
      out.println("# Wanted in LD_LIBRARY_PATH or among the system's libraries:");
    }
    origins.forEach(
        (origin, names) -> out.println("#   " + origin + ": " + String.join(" ", names)));
  }

  private static String origin(String library) {
    if (library.startsWith("libopenblas.")) {
      return "OpenBLAS, the system's or org.bytedeco:openblas:0.3.30-1.5.12:jar:linux-x86_64";
    }
    return library.startsWith("libcu")
        ? "CUDA 12, NVIDIA's packages or org.bytedeco:cuda-redist:12.9-9.10-1.5.12:jar:linux-x86_64"
        : "others";
  }
}
