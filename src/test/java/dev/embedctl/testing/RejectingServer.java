package dev.embedctl.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** A server over TLS at localhost that rejects each client's certificate, by an alert. */
public final class RejectingServer implements AutoCloseable {
  private final SSLContext tls;
  private final String protocol;
  private final ServerSocket server;

  /** A server that is up. */
  public RejectingServer(SSLContext tls, String protocol) throws IOException {
    this.tls = tls;
    this.protocol = protocol;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
  }

  /** The base URL. */
  public String url() {
    return "https://localhost:" + server.getLocalPort() + "/v1";
  }

  private void serve() {
    try {
      while (true) {
        reject(server.accept());
      }
    } catch (SocketException closed) {
      // the end of the test
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads to the end before it closes, since a reset would overtake the alert. */
  private void reject(Socket plain) throws IOException {
    try (plain) {
      SSLSocket socket =
          (SSLSocket) tls.getSocketFactory().createSocket(plain, null, plain.getPort(), false);
      socket.setUseClientMode(false);
      socket.setNeedClientAuth(true);
      socket.setEnabledProtocols(new String[] {protocol});
      try {
        socket.startHandshake();
        throw new IllegalStateException("the client's certificate is not rejected");
      } catch (SSLException rejected) {
        plain.shutdownOutput();
        plain.getInputStream().transferTo(OutputStream.nullOutputStream());
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
