"""One adapter per viewer: how to start it and how each gesture is made.  See README.md for the fields."""
import os, time
from fbench import Adapter, Drag, Wheel, HERE, WORK
V = os.environ.get('FBENCH_VENV', os.path.abspath(f'{HERE}/../../../.venv'))+'/bin'      # the project's own
PY = f'{V}/python'
VG = f'{WORK}/venv-ginga/bin'          # pip install 'ginga[recommended,qt6]'

def open_dialog(*before_path):          # Ctrl+O, type the path, Return: the clock starts at Return
    return (('key', 'ctrl+o'), ('sleep', 1.2), *before_path, ('type', '{f}'), ('sleep', .6), ('go',), ('key', 'Return'))

DS9 = dict(fit=(('sh', 'xpaset -p ds9 zoom to fit'), ('sleep', .5)), one=(('sh', 'xpaset -p ds9 zoom to 1'), ('sleep', .5)),
           contrast=Drag(button=3), wheel=Wheel(), pan=Drag(button=2), code=('/usr/share/saods9',),
           next_file=(('go',), ('sh', 'xpaset -p ds9 fits {f}')))

def ginga_load(b, f):                   # through ginga's remote-control plugin, without starting another Python
    from ginga.util import grc
    grc.RemoteClient('localhost', 11771).shell().load_file(f)
GINGA = dict(fit=(('click', .5, .5, 1), ('sleep', .3), ('key', 'grave')), one=(('key', '1'),),      # keys and Ctrl count only after a click in the image
             contrast=Drag(button=3, mods=('ctrl',)), pan=Drag(button=1, mods=('ctrl',)),
             wheel=Wheel(), code=(f'{WORK}/venv-ginga/lib',), rect=(334, 86, 958, 752))

FLOOR = dict(fit=(('key', 'f'),), one=(('key', '1'),), contrast=Drag(button=3), pan=Drag(button=1), wheel=Wheel(), code=(f'{V}/../lib',))
ADAPTERS = {a.name: a for a in [
    Adapter('skyloupe', [PY, '-m', 'viewer', '{f}'], fit=(('key', '0'),), one=(('key', '1'),),
            contrast=Drag(button=3), pan=Drag(button=1), wheel=Wheel(), next_file=open_dialog(), code=(f'{V}/../lib', f'{HERE}/../../../viewer')),
    Adapter('ds9', ['ds9', '{f}'], **DS9),                                # as installed: a middle CLICK recentres, no drag
    Adapter('ds9drag', ['ds9', '-tcl', 'set ppanzoom(mode) drag', '{f}'], **DS9),      # with the preference "pan by drag"
    Adapter('ginga', [f'{VG}/ginga', '--loglevel=40', '{f}'], **GINGA),
    Adapter('gingarc', [f'{VG}/ginga', '--loglevel=40', '--modules=RC', '{f}'], next_file=(('go',), ginga_load), **GINGA),
    Adapter('gingamin', [f'{V}/ginga', '--loglevel=40', '{f}'], **GINGA),             # without its optional packages (OpenCV ...)
    Adapter('qfitsview', ['QFitsView', '{f}'],
            fit=(('key', 'alt+z'), ('sleep', .3), ('key', 'Return')),
            one=(('key', 'alt+z'), ('sleep', .3))+8*(('key', 'Down'),)+(('key', 'Return'),),
            contrast=Drag(button=1),
            pan=Drag(button=1, where='window', a=(776, 747), b=(900, 748), step=(9, 0)),     # no drag pan: the scroll bar
            wheel=Wheel(zoom_in=('click', 285, 67, 1, 'window'), zoom_out=('click', 134, 67, 1, 'window')),   # no wheel zoom: the buttons
            next_file=open_dialog()),
    Adapter('siril', ['siril', '{f}'], quiet=6, rect=(10, 112, 486, 584), one=(('click', 1035, 860, 1, 'window'),),     # an image processor; its viewer is this pane
            contrast=Drag(button=1, where='window', a=(250, 841), b=(180, 841), step=(6, 0)),         # the high-cut slider (at 52710 of card4k_u16)
            pan=Drag(button=1, mods=('ctrl',)), wheel=Wheel(mods=('ctrl',)), next_file=open_dialog()),
    # the harness's own check, and what bare PyQt6 costs
    Adapter('floor', [PY, f'{HERE}/floor.py', '{f}'], **FLOOR),
    Adapter('floor30', [PY, f'{HERE}/floor.py', '--delay', '30', '{f}'], **FLOOR),
    Adapter('floor+astropy', [PY, f'{HERE}/floor.py', '--import', 'astropy.io.fits', '--import', 'astropy.wcs', '{f}'], **FLOOR),
    Adapter('floor+astropy+pg', [PY, f'{HERE}/floor.py', '--import', 'astropy.io.fits', '--import', 'astropy.wcs', '--import', 'pyqtgraph', '--import', 'scipy.ndimage', '{f}'], **FLOOR),
]}
