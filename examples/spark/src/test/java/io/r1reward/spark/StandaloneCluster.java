package io.r1reward.spark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.sql.SparkSession;

/** A standalone master and workers on this machine, each a process with this one's class path. */
final class StandaloneCluster implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(40);

  private final Path folder;
  private final String url;
  private final List<Process> processes = new ArrayList<>();

  /** Starts a master and waits until it listens. */
  StandaloneCluster(Path folder) throws IOException, InterruptedException {
    this.folder = folder;
    Files.createDirectories(folder.resolve("home/jars")); // as every Spark has it
    int port = freePort();
    url = "spark://" + HOST + ":" + port;
    Process master =
        start("master.Master", "--host", HOST, "--port", port, "--webui-port", freePort());
    long end = System.nanoTime() + PATIENCE;
    while (!listens(port)) {
      check(master.isAlive() && System.nanoTime() < end, "the master does not listen");
    }
  }

  /** Starts a worker of one core. */
  Process worker() throws IOException {
    Path work = folder.resolve("work" + processes.size());
    return start(
        "worker.Worker",
        "--host",
        HOST,
        "--webui-port",
        freePort(),
        "--cores",
        1,
        "--memory",
        "1g",
        "--work-dir",
        work,
        url);
  }

  /** Starts an application whose executors have one core each. */
  SparkSession application() {
    return LocalSpark.session(url, folder)
        .config("spark.executor.memory", "1g")
        .config("spark.executor.cores", 1)
        .config("spark.cores.max", 2)
        .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
        .getOrCreate();
  }

  /** Waits until an application has so many executors. */
  void await(SparkSession spark, int executors) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE;
    while (executors(spark) != executors) {
      check(System.nanoTime() < end, "there are " + executors(spark) + " executors");
    }
  }

  private static int executors(SparkSession spark) {
    return spark.sparkContext().statusTracker().getExecutorInfos().length - 1; // without the driver
  }

  private void check(boolean good, String complaint) throws IOException, InterruptedException {
    if (good) {
      TimeUnit.MILLISECONDS.sleep(50);
      return;
    }
    StringBuilder said = new StringBuilder(complaint);
    for (int i = 0; i < processes.size(); i++) {
      said.append("\n--- process ").append(i).append('\n').append(Files.readString(log(i)));
    }
    throw new AssertionError(said.toString());
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Path log(int process) {
    return folder.resolve("process" + process + ".log");
  }

  private Process start(String main, Object... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-Dspark.master.rest.enabled=false"));
    command.addAll(Arrays.asList(JavaModuleOptions.defaultModuleOptionArray()));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("org.apache.spark.deploy." + main);
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log(processes.size()).toFile());
    builder.environment().put("SPARK_HOME", folder.resolve("home").toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", HOST);
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  /** Ends all processes, and those that they started. */
  @Override
  public void close() {
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      Process unused = process.destroyForcibly();
    }
    try {
      for (Process process : processes) {
        boolean unused = process.waitFor(10, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
