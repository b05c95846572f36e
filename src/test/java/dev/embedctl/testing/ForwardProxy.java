package dev.embedctl.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * An HTTP proxy on loopback that leads every call, tunnelled or not, to one server whatever host
 * was asked for, or answers each itself; and keeps what it was told.
 */
public final class ForwardProxy implements AutoCloseable {
  private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final List<String> heads = Collections.synchronizedList(new ArrayList<>());
  private final Way way;

  /** What becomes of a call whose request line and headers were read. */
  @FunctionalInterface
  private interface Way {
    void go(String head, Socket client) throws IOException, InterruptedException;
  }

  private ForwardProxy(Way way) throws IOException {
    this.way = way;
    Thread.ofVirtual().start(this::accept);
  }

  /** Leads to a server on loopback. */
  public static ForwardProxy to(int port) throws IOException {
    InetSocketAddress target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    return new ForwardProxy((head, client) -> forward(head, client, target));
  }

  /** Answers each call itself, and repeats in the body what it was told. */
  public static ForwardProxy answering(String status) throws IOException {
    return new ForwardProxy(
        (head, client) -> {
          byte[] body = ("You said: " + head).getBytes(StandardCharsets.UTF_8);
          write(
              client.getOutputStream(),
              "HTTP/1.1 " + status + "\r\nConnection: close\r\nContent-Length: " + body.length,
              "\r\n\r\n");
          client.getOutputStream().write(body);
        });
  }

  public int port() {
    return socket.getLocalPort();
  }

  /** Request line and headers of each call, or of each tunnel that was asked for. */
  public List<String> heads() {
    return List.copyOf(heads);
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return; // it was closed
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      Optional<String> head = head(client.getInputStream());
      if (head.isPresent()) {
        heads.add(head.get());
        way.go(head.get(), client);
      }
    } catch (IOException | InterruptedException e) {
      Thread.currentThread().interrupt(); // one of the two went away, or the test is over
    }
  }

  private static Optional<String> head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    for (int c = in.read(); c >= 0; c = in.read()) {
      head.write(c);
      String so = head.toString(StandardCharsets.ISO_8859_1);
      if (so.endsWith("\r\n\r\n")) {
        return Optional.of(so);
      }
    }
    return Optional.empty();
  }

  private static void forward(String head, Socket client, InetSocketAddress target)
      throws IOException, InterruptedException {
    try (Socket server = new Socket(target.getAddress(), target.getPort())) {
      if (head.startsWith("CONNECT ")) {
        write(client.getOutputStream(), "HTTP/1.1 200 Connection established", "\r\n\r\n");
      } else {
        // One call a connection, so that each is seen.
        String inner = head.replaceFirst("http://[^/]+", "");
        write(
            server.getOutputStream(), inner.substring(0, inner.length() - 2), "Connection: close");
        write(server.getOutputStream(), "", "\r\n\r\n");
      }
      Thread up = Thread.ofVirtual().start(() -> pump(client, server));
      pump(server, client);
      client.shutdownInput(); // ends the other way
      up.join();
    }
  }

  private static void pump(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      return; // the other side has closed
    }
  }

  private static void write(OutputStream out, String text, String ending) throws IOException {
    out.write((text + ending).getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
