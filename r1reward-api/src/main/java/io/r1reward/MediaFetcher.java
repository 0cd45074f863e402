package io.r1reward;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;

/**
 * Opens media whose URI is neither {@code data:} nor {@code file:}. The library itself never
 * touches the network; a user who wants {@code https:} pictures plugs one of these in with {@link
 * RewardModel.Builder#mediaFetcher}.
 *
 * <p>Implementations must be thread-safe.
 */
@FunctionalInterface
public interface MediaFetcher {

  /**
   * Opens the resource. The caller closes the stream and reads no more than its byte limit.
   *
   * @param uri what to open
   * @return the encoded picture
   * @throws IOException if it cannot be opened
   */
  InputStream fetch(URI uri) throws IOException;
}
