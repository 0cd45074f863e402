package io.r1reward.spark;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;

/** Sessions inside the test's process, and programs that run in it. */
final class LocalSpark {
  private LocalSpark() {}

  /** A session for {@code master}, with its warehouse below a folder. */
  static SparkSession.Builder session(String master, Path folder) {
    return SparkSession.builder()
        .master(master)
        .config("spark.ui.enabled", false)
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString());
  }

  /** What a program returned, and what it printed. */
  record Ran(int code, String said) {}

  /** Runs a program. */
  static Ran run(CommandLine program, Object... arguments) {
    StringWriter said = new StringWriter();
    program.setOut(new PrintWriter(said, true)).setErr(new PrintWriter(said, true));
    int code =
        program.execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    return new Ran(code, said.toString());
  }
}
