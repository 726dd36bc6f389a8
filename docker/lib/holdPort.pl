# holdPort.pl PROGRAM: takes Paperclip's port and becomes PROGRAM, which keeps it. So no agent ever answers in Paperclip's place: not by the
# other family of addresses, and not before the server listens or when it has ended, as long as anything else in the machine runs.
use strict;
use warnings;
use Errno qw(EAFNOSUPPORT EADDRNOTAVAIL);
use Socket qw(:DEFAULT IPPROTO_IPV6 IPV6_V6ONLY IN6ADDR_ANY pack_sockaddr_in6);

# Files above this number end with perl.
$^F = 1023;
my $port = $ENV{PORT} || 3100;

# For the server, which listens with it.
socket(my $listener, PF_INET, SOCK_STREAM, 0) or die "start: no IPv4: $!\n";
setsockopt($listener, SOL_SOCKET, SO_REUSEADDR, 1);
bind($listener, pack_sockaddr_in($port, inet_aton($ENV{HOST} || "") || INADDR_ANY)) or die "start: cannot take port $port: $!\n";

# For nobody: who connects is refused, as if nothing were there. Not to be used again, unlike the other one, by whoever asks for that.
if (socket(my $other, PF_INET6, SOCK_STREAM, 0)) {
    setsockopt($other, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    bind($other, pack_sockaddr_in6($port, IN6ADDR_ANY)) or $!{EADDRNOTAVAIL} or die "start: cannot take port $port of IPv6: $!\n";
    become(@ARGV);
}
# A kernel without IPv6 has none to take.
$!{EAFNOSUPPORT} or die "start: cannot take port $port of IPv6: $!\n";
become(@ARGV);

sub become {
    $ENV{PAPERCLIP_ON_FLY_LISTENER} = fileno($listener);
    exec { $_[0] } @_ or die "start: $_[0]: $!\n";
}
