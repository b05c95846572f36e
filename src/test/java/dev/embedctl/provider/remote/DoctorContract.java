package dev.embedctl.provider.remote;

import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.embedctl.cli.InProcess;
import dev.embedctl.cli.InProcess.Ended;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code embedctl doctor} finds out of every API on the network. */
interface DoctorContract extends WireApi {

  private Ended doctor(Path folder, String baseUrl) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "doctor",
                "--provider=" + name(),
                "--base-url=" + baseUrl,
                "--model=" + model(),
                "--api-key-env=" + WireContract.KEY_VARIABLE,
                "--json"));
    inputTypeItNeeds().ifPresent(type -> command.add("--input-type=" + type));
    return new InProcess(folder)
        .with(WireContract.KEY_VARIABLE, WireContract.KEY)
        .run(command.toArray(String[]::new));
  }

  @Test
  default void doctorSaysThatItCanBeUsed(@TempDir Path folder) throws IOException {
    Ended ended = doctor(folder, loopback().baseUrl());

    assertEquals(0, ended.code(), ended.err());
    JsonNode report = new ObjectMapper().readTree(ended.out());
    Map<String, String> verdicts = new TreeMap<>();
    for (JsonNode finding : report.get("findings")) {
      verdicts.put(finding.get("check").textValue(), finding.get("verdict").textValue());
    }
    for (String check : new String[] {"key", "same text", "order", "neighbours", "encoding"}) {
      assertEquals("ok", verdicts.get(check), check);
    }
    assertEquals(name(), report.at("/config/provider").textValue());
    assertEquals(model(), report.at("/config/model").textValue());
    assertEquals(4, loopback().requests().size());
    assertFalse((ended.out() + ended.err()).contains(WireContract.KEY));
  }

  @Test
  default void doctorSaysWhyItCannotBeUsed(@TempDir Path folder) {
    assertTold("SOME_KEY", badKey(), folder);
    noMoney().ifPresent(recorded -> assertTold("", recorded, folder));
    assertTold("", unknownModel(), folder);
    assertTold("try again in ", rateLimited(), folder);
  }

  private void assertTold(String what, Recorded recorded, Path folder) {
    WireContract.SERVER.resetAll();
    WireContract.answer(recorded);

    Ended ended = doctor(folder, WireContract.SERVER.baseUrl() + basePath());

    assertEquals(1, ended.code(), ended.out());
    assertEquals(2, ended.err().lines().count(), ended.err());
    assertTrue(ended.err().lines().toList().get(1).contains(what), ended.err());
    assertFalse((ended.out() + ended.err()).contains(WireContract.KEY));
    assertEquals(1, WireContract.SERVER.findAll(postRequestedFor(anyUrl())).size());
  }
}
