package io.r1reward.core.hub;

/** Hears how far a download is. Called on the thread that downloads; what it throws ends that. */
@FunctionalInterface
public interface HubListener {

  /**
   * Some bytes more are there, or a file begins.
   *
   * @param file that is being fetched, as the repository names it
   * @param done bytes that are there of all files that were missing at the start
   * @param total bytes of these files
   */
  void progress(String file, long done, long total);
}
