package io.r1reward.core.hub;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Optional;

/**
 * An answer, behind its redirects.
 *
 * @param address that answered in the end
 * @param status of the last answer
 * @param first headers of the first answer, the hub's own
 * @param last headers of the last one
 * @param body of the last one; the receiver closes it
 */
record HubAnswer(URI address, int status, HttpHeaders first, HttpHeaders last, ReceivedBody body)
    implements AutoCloseable {

  /** Returns a header of the hub's, or of the server that it led to. */
  Optional<String> header(String name) {
    return first.firstValue(name).or(() -> last.firstValue(name));
  }

  @Override
  public void close() {
    body.close();
  }
}
