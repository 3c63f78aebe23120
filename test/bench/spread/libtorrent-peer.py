"""BitTorrent with libtorrent's own settings, to compare with. Arguments: folder to save in, address to bind.
Commands come as lines on stdin: `seed FOLDER TORRENT`, which writes the torrent file, and `fetch TORRENT HOST...`."""
import os
import queue
import sys
import threading

import libtorrent as lt

PORT = 6881
PIECE = 64 * 1024
folder, bind = sys.argv[1:3]
session = lt.session({
    'listen_interfaces': f'{bind}:{PORT}',
    'enable_dht': False, 'enable_lsd': False, 'enable_upnp': False, 'enable_natpmp': False,
    # The links carry datagrams.
    'enable_outgoing_tcp': False, 'enable_incoming_tcp': False,
    'allow_multiple_connections_per_ip': True,
    'alert_mask': lt.alert.category_t.status_notification,
})
commands = queue.Queue()


def say(*words):
    print(*words, flush=True)


def read():
    for line in sys.stdin:
        commands.put(line.split())
    os._exit(0)


def add(torrent, save_path, flags=0):
    params = lt.add_torrent_params()
    params.ti = lt.torrent_info(torrent)
    params.save_path = save_path
    params.flags = (params.flags | flags) & ~lt.torrent_flags.auto_managed & ~lt.torrent_flags.paused
    return session.add_torrent(params)


def seed(source, torrent):
    files = lt.file_storage()
    lt.add_files(files, source)
    made = lt.create_torrent(files, PIECE)
    lt.set_piece_hashes(made, os.path.dirname(source))
    with open(torrent, 'wb') as out:
        out.write(lt.bencode(made.generate()))
    add(torrent, os.path.dirname(source), lt.torrent_flags.seed_mode)
    say('seeding', torrent)


def fetch(torrent, *hosts):
    handle = add(torrent, folder)
    for host in hosts:
        handle.connect_peer((host, PORT))


threading.Thread(target=read, daemon=True).start()
say('ready', bind)
while True:
    try:
        name, *words = commands.get(timeout=0.005)
        {'seed': seed, 'fetch': fetch}[name](*words)
    except queue.Empty:
        pass
    for alert in session.pop_alerts():
        if isinstance(alert, lt.torrent_finished_alert) and not alert.handle.status().flags & lt.torrent_flags.seed_mode:
            say('complete', bind)
