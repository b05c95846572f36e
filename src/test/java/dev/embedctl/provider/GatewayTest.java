package dev.embedctl.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class GatewayTest {
  @Test
  void aCopyOnAnotherMachineIsEqual() throws IOException, ClassNotFoundException {
    for (Gateway gateway :
        List.of(
            new Gateway(
                List.of("A: $B"),
                List.of("c=d"),
                Optional.of("ca"),
                Optional.of("cert"),
                Optional.of("key")),
            new Gateway(
                List.of(), List.of(), Optional.empty(), Optional.empty(), Optional.empty()))) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(gateway);
      }
      try (ObjectInputStream in =
          new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
        assertEquals(gateway, in.readObject());
      }
    }
  }
}
