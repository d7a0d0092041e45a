package dev.drover.connector.vsphere.soap;

import dev.drover.connector.source.SourceUnreadableException;
import dev.drover.connector.words.FileTrouble;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Which servers are believed to be who they say: those whose certificate was issued for their name
 * by an authority of the CA file (without one, of the JDK's list), and those whose certificate is
 * pinned, whatever its name, issuer and dates. There is no way to believe all.
 */
public final class ServerTrust {
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

  private final X509ExtendedTrustManager authorities;
  private final Set<String> pins;

  private ServerTrust(X509ExtendedTrustManager authorities, Set<String> pins) {
    this.authorities = authorities;
    this.pins = pins;
  }

  /**
   * Trust as it is configured.
   *
   * @param caFile certificates in PEM; null for the JDK's list
   * @param fingerprints SHA-256 of certificates in hex, with or without colons
   */
  public static ServerTrust of(@Nullable Path caFile, Collection<String> fingerprints) {
    Set<String> pins =
        fingerprints.stream().map(ServerTrust::plain).collect(Collectors.toUnmodifiableSet());
    try {
      return new ServerTrust(authorities(caFile == null ? null : read(caFile)), pins);
    } catch (GeneralSecurityException e) {
      throw new SourceUnreadableException(
          (caFile == null ? "The JDK's list of authorities" : caFile)
              + " holds no certificates that can be used: give the CA's certificate in PEM.",
          e);
    } catch (IOException e) {
      throw new SourceUnreadableException(
          FileTrouble.text(e) + ": give the file with the CA's certificate.", e);
    }
  }

  private static String plain(String fingerprint) {
    String plain = fingerprint.replace(":", "").strip().toLowerCase(Locale.ROOT);
    if (!SHA_256.matcher(plain).matches()) {
      throw new SourceUnreadableException(
          "'"
              + fingerprint
              + "' is no SHA-256 fingerprint: it has 64 hex digits, with or without colons.",
          null);
    }
    return plain;
  }

  private static KeyStore read(Path caFile) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream file = Files.newInputStream(caFile)) {
      for (Certificate ca : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
        store.setCertificateEntry("ca-" + store.size(), ca);
      }
    }
    if (store.size() == 0) {
      throw new CertificateException("no certificate");
    }
    return store;
  }

  private static X509ExtendedTrustManager authorities(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager found) {
        return found;
      }
    }
    throw new CertificateException("no trust manager");
  }

  SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Manager()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new SourceUnreadableException("This JDK has no TLS.", e);
    }
  }

  /** As people read it: upper case, with colons. */
  static String fingerprint(X509Certificate certificate) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return HexFormat.ofDelimiter(":").withUpperCase().formatHex(hash);
    } catch (GeneralSecurityException e) {
      throw new InvalidAnswerException("its certificate cannot be read");
    }
  }

  /** The JDK leaves it to an extended trust manager to check the server's name. */
  private final class Manager extends X509ExtendedTrustManager {
    private void check(X509Certificate[] chain, String type, UntrustedException.Check byAuthority)
        throws CertificateException {
      if (pins.contains(plain(fingerprint(chain[0])))) {
        return;
      }
      try {
        byAuthority.run();
      } catch (CertificateException e) {
        throw new UntrustedException(chain, e, () -> authorities.checkServerTrusted(chain, type));
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain, type, () -> authorities.checkServerTrusted(chain, type, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain, type, () -> authorities.checkServerTrusted(chain, type, engine));
    }

    /** Without a connection the name cannot be checked. */
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(
          chain,
          type,
          () -> {
            throw new CertificateException("no connection");
          });
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("nobody logs in here");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
