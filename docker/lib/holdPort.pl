# holdPort.pl PROGRAM: takes Paperclip's port and becomes PROGRAM, which keeps it as long as the machine runs. So no agent can answer in
# Paperclip's place: not by the other family of addresses, not before the server listens, and not after it has ended.
use strict;
use warnings;
use Fcntl qw(F_DUPFD);
use Errno qw(EAFNOSUPPORT EADDRNOTAVAIL);
use Socket qw(:DEFAULT IPPROTO_IPV6 IPV6_V6ONLY IN6ADDR_ANY pack_sockaddr_in6);

# Files above this number end with perl.
$^F = 1023;
my $port = $ENV{PORT} || 3100;

# For the server, which listens with it.
socket(my $listener, PF_INET, SOCK_STREAM, 0) or die "start: no IPv4: $!\n";
setsockopt($listener, SOL_SOCKET, SO_REUSEADDR, 1);
bind($listener, pack_sockaddr_in($port, inet_aton($ENV{HOST} || "") || INADDR_ANY)) or die "start: cannot take port $port: $!\n";

# For nobody: connections are refused, as if nothing were there. Without SO_REUSEADDR, so that nobody else can take it either.
my $other;
if (socket($other, PF_INET6, SOCK_STREAM, 0)) {
    setsockopt($other, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    bind($other, pack_sockaddr_in6($port, IN6ADDR_ANY)) or $!{EADDRNOTAVAIL} or die "start: cannot take port $port of IPv6: $!\n";
    become(@ARGV);
}
# A kernel without IPv6 has none to take.
$!{EAFNOSUPPORT} or die "start: cannot take port $port of IPv6: $!\n";
undef $other;
become(@ARGV);

# The numbers start at 10, where no program expects another file. The start closes them in all that it starts as another user.
sub become {
    my @held = map { fcntl($_, F_DUPFD, 10) or die "start: $!\n" } grep { defined } $listener, $other;
    $ENV{PAPERCLIP_ON_FLY_LISTENER} = $held[0];
    $ENV{PAPERCLIP_ON_FLY_HELD} = "@held";
    close $_ for grep { defined } $listener, $other;
    exec { $_[0] } @_ or die "start: $_[0]: $!\n";
}
