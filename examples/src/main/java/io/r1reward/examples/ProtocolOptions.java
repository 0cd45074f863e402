package io.r1reward.examples;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import io.r1reward.core.protocol.JudgeProtocol;
import io.r1reward.core.protocol.ProtocolFile;
import io.r1reward.core.protocol.R1RewardProtocol;
import io.r1reward.spi.ModelSettings;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The protocol of a judge; a mix-in of the programs that open no {@link ModelOptions} model. */
public final class ProtocolOptions {

  @Option(
      names = "--protocol",
      paramLabel = "FILE",
      description =
          "How the judge is asked and understood, a JSON file (see ProtocolFile); default:"
              + " R1-Reward's protocol.")
  private @Nullable Path file;

  /**
   * Reads the protocol.
   *
   * @throws io.r1reward.InvalidInputException if the file is no protocol
   */
  public JudgeProtocol protocol() {
    return file == null ? R1RewardProtocol.create() : ProtocolFile.read(file);
  }

  /** Returns what tells the protocol from another: the digest of its file. */
  public String fingerprint() {
    return fingerprint(file);
  }

  /** Says whether a file was named. */
  boolean named() {
    return file != null;
  }

  /** Returns settings of a model that ask for this protocol. */
  ModelSettings settings() {
    ModelSettings.Builder settings = ModelSettings.builder();
    if (file != null) {
      settings.option("protocol", file.toAbsolutePath().toString());
    }
    return settings.build();
  }

  /** Returns what tells a protocol from another; null is R1-Reward's. */
  public static String fingerprint(@Nullable Path file) {
    if (file == null) {
      return "r1-reward";
    }
    try {
      return MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString();
    } catch (IOException e) {
      throw new UsageException("--protocol " + file + " cannot be read: " + e);
    }
  }
}
