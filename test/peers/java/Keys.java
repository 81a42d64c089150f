import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** The test keys, from the folder that the property `keys` names, and the secrets that other properties hold. */
class Keys {
  static X509Certificate certificate(String name) throws Exception {
    try (InputStream in = Files.newInputStream(file(name, "cert.pem"))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  static PrivateKey privateKey(String name) throws Exception {
    String pem = Files.readString(file(name, "key.pem"));
    String base64 = pem.replaceAll("(?s).*-----BEGIN PRIVATE KEY-----|-----END PRIVATE KEY-----.*", "");
    byte[] pkcs8 = Base64.getMimeDecoder().decode(base64);
    String algorithm = name.startsWith("p") ? "EC" : name.endsWith("25519") ? name.toUpperCase() : "RSA";
    return KeyFactory.getInstance(algorithm, "BC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
  }

  /** The value of the extension, inside its two OCTET STRINGs. */
  static byte[] subjectKeyIdentifier(X509Certificate certificate) {
    byte[] extension = certificate.getExtensionValue("2.5.29.14");
    return Arrays.copyOfRange(extension, 4, extension.length);
  }

  static byte[] secret(String name) {
    return HexFormat.of().parseHex(System.getProperty(name));
  }

  static char[] password() {
    return System.getProperty("password").toCharArray();
  }

  private static Path file(String name, String file) {
    return Path.of(System.getProperty("keys"), name, file);
  }
}
