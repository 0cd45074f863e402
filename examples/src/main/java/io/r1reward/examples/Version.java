package io.r1reward.examples;

import com.google.common.base.MoreObjects;
import picocli.CommandLine.IVersionProvider;

/** Says the version that the jar's manifest holds. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {"r1reward " + MoreObjects.firstNonNull(version, "(not packaged)")};
  }
}
