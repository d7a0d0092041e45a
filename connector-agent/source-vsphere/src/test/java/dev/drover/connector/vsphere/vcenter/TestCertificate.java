package dev.drover.connector.vsphere.vcenter;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A server's certificate; made by the JDK's keytool. */
public final class TestCertificate {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final String FOR_THIS_MACHINE = "san=ip:127.0.0.1";

  private final KeyStore store;
  private final Certificate certificate;
  private final Certificate authority;

  private TestCertificate(KeyStore store, Certificate certificate, Certificate authority) {
    this.store = store;
    this.certificate = certificate;
    this.authority = authority;
  }

  /** For 127.0.0.1 alone; it signs itself, as a new vCenter's does. */
  public static TestCertificate make() {
    return make(file -> keytool(file, "server", "-ext", FOR_THIS_MACHINE, "-ext", "bc=ca:true"));
  }

  /**
   * Of a CA.
   *
   * @param startDay when it begins, for example {@code -40d}; it is valid for 30 days
   * @param names for example {@code san=dns:vcenter.test,ip:10.0.0.7}
   */
  public static TestCertificate issued(String startDay, String names) {
    return make(
        file -> {
          keytool(file, "ca", "-ext", "bc=ca:true", "-startdate", "-60d");
          keytool(file, "server", "-signer", "ca", "-startdate", startDay, "-ext", names);
        });
  }

  private interface Maker {
    void make(Path file) throws IOException;
  }

  private static TestCertificate make(Maker maker) {
    try {
      Path folder = Files.createTempDirectory("certificate");
      Path file = folder.resolve("store.p12");
      maker.make(file);
      KeyStore store = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(file)) {
        store.load(in, PASSWORD);
      }
      Files.delete(file);
      Files.delete(folder);
      Certificate[] chain = store.getCertificateChain("server");
      return new TestCertificate(store, chain[0], chain[chain.length - 1]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void keytool(Path file, String alias, String... more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + alias + ".test",
                "-validity",
                alias.equals("ca") ? "900" : "30",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD)));
    command.addAll(List.of(more));
    Process keytool =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (keytool.onExit().join().exitValue() != 0) {
      throw new IllegalStateException("keytool failed");
    }
  }

  SSLContext context() {
    try {
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Its CA's, as a CA file has it. */
  public String pem() {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder().encodeToString(der(authority))
        + "\n-----END CERTIFICATE-----\n";
  }

  /** SHA-256, in upper case with colons. */
  public String fingerprint() {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(der(certificate));
      return HexFormat.ofDelimiter(":").withUpperCase().formatHex(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] der(Certificate of) {
    try {
      return of.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
