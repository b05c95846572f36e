package dev.embedctl.provider.remote.auth;

import dev.embedctl.provider.ProviderException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Sends calls to the services that issue credentials and tokens. */
public interface Issuers {

  /**
   * Sends one request and returns the reply, whatever its status is.
   *
   * @param issuer the service's name in messages
   * @param timeout the time of the call, from connecting to the last byte
   * @throws ProviderException if no complete reply came
   */
  HttpResponse<byte[]> send(String issuer, HttpRequest request, Duration timeout)
      throws ProviderException, InterruptedException;
}
