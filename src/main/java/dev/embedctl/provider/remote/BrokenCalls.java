package dev.embedctl.provider.remote;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.tls.Certificates;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Finds the meaning of calls to one server that ended without a complete reply. */
final class BrokenCalls {
  private final Optional<HttpProxy> proxy;
  private final Certificates certificates;
  private final FailureMessages messages;
  private final AtomicBoolean answered = new AtomicBoolean();

  BrokenCalls(Optional<HttpProxy> proxy, Certificates certificates, FailureMessages messages) {
    this.proxy = proxy;
    this.certificates = certificates;
    this.messages = messages;
  }

  /** The server has answered a call. */
  void answered() {
    answered.set(true);
  }

  /**
   * The failure for an exchange that failed.
   *
   * @param begun whether the reply had begun
   */
  ProviderException failure(ExecutionException e, boolean begun) {
    Optional<IOException> unfit = UnfitBody.in(e);
    if (unfit.isPresent()) {
      return messages.transientFailure(Kind.BAD_REPLY, unfit.get().getMessage(), unfit.get());
    }
    Optional<String> tls = certificates.explain(e.getCause());
    if (tls.isPresent()) {
      return new Hopeless(Hopeless.Reason.CERTIFICATE, messages.message(tls.get()));
    }
    Kind kind = unreached(e.getCause()) ? Kind.UNREACHED : begun ? Kind.NO_REPLY : Kind.CUT_OFF;
    return messages.transientFailure(kind, reason(e.getCause()), e.getCause());
  }

  /** Whether the call failed before anything was sent. */
  private static boolean unreached(Throwable failure) {
    return failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException;
  }

  private String reason(Throwable failure) {
    if (failure instanceof ConnectException) {
      return proxy
          .map(
              p ->
                  "no connection to the proxy: check that it runs and that "
                      + p.variable()
                      + " is right")
          .orElse("no connection: check that the server runs and that the address is right");
    }
    String reason =
        failure.getMessage() == null
            ? failure.getClass().getSimpleName()
            : FailureMessages.firstLine(failure);
    return certificates
        .presented()
        .filter(any -> !answered.get())
        .map(sentence -> reason + "; perhaps " + sentence)
        .orElse(reason);
  }
}
